using VRouter.Host.Configuration;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace VRouter.Host.Lab;

/// <summary>
/// The keys of one YAML mapping. Each is asked for by name and type; what does not fit becomes an error with its place, a default is
/// returned, and reading goes on. <see cref="Done"/> reports the keys that nobody asked for.
/// </summary>
internal sealed class TopologyFields
{
    private readonly YamlMappingNode node;
    private readonly string file;
    private readonly TopologyErrors errors;
    private readonly HashSet<string> known = [];

    public TopologyFields(YamlMappingNode node, string file, TopologyErrors errors)
    {
        this.node = node;
        this.file = file;
        this.errors = errors;
    }

    /// <summary>A text form of a value.</summary>
    public delegate bool Parser<T>(ReadOnlySpan<char> text, out T value);

    /// <summary>Where the mapping begins.</summary>
    public SourceLocation Location => At(node);

    /// <summary>Where the key's value begins, or the mapping if the key is not there.</summary>
    public SourceLocation LocationOf(string key) => At(Node(key) ?? node);

    /// <summary>The key's value as it stands in the file, or null.</summary>
    public YamlNode? Node(string key)
    {
        known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    /// <summary>A text, or null if the key is not there.</summary>
    public string? Text(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { Length: > 0 } text }:
                return text;
            case { } other:
                errors.Add(At(other), $"'{key}' must be a text");
                return null;
        }
    }

    /// <summary>A text that must be there; empty after an error.</summary>
    public string Required(string key)
    {
        if (Node(key) is null)
            errors.Add(Location, $"'{key}' is missing");
        return Text(key) ?? "";
    }

    /// <summary>A value in a text form of its own, or null if the key is not there or does not fit.</summary>
    public T? Value<T>(string key, Parser<T> parse, string what)
        where T : struct
    {
        if (Text(key) is not { } text)
            return null;
        if (parse(text, out var value))
            return value;
        errors.Add(LocationOf(key), $"'{key}': '{text}' is not {what}");
        return null;
    }

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool fallback) => Value<bool>(key, bool.TryParse, "true or false") ?? fallback;

    /// <summary>A decimal number within limits.</summary>
    public int Number(string key, int fallback, int least, int most)
    {
        bool Parse(ReadOnlySpan<char> text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
        return Value<int>(key, Parse, $"a number from {least} to {most}") ?? fallback;
    }

    /// <summary>One of a few words; the first is the default.</summary>
    public string Choice(string key, params ReadOnlySpan<string> words)
    {
        if (Text(key) is not { } text)
            return words[0];
        if (words.Contains(text))
            return text;
        errors.Add(LocationOf(key), $"'{key}': '{text}' is none of {string.Join(", ", words)}");
        return words[0];
    }

    /// <summary>A list of mappings; empty if the key is not there.</summary>
    public IReadOnlyList<TopologyFields> Mappings(string key)
    {
        var result = new List<TopologyFields>();
        foreach (var item in Items(key))
        {
            if (item is YamlMappingNode mapping)
                result.Add(new TopologyFields(mapping, file, errors));
            else
                errors.Add(At(item), $"'{key}' must be a list of mappings");
        }

        return result;
    }

    /// <summary>A list of texts; one text stands for a list of one.</summary>
    public IReadOnlyList<(SourceLocation Location, string Text)> Texts(string key)
    {
        var result = new List<(SourceLocation, string)>();
        foreach (var item in Items(key))
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } text } && !text.Contains('\n'))
                result.Add((At(item), text));
            else
                errors.Add(At(item), $"'{key}' must be a list of texts of one line");
        }

        return result;
    }

    /// <summary>A mapping from texts to texts.</summary>
    public IReadOnlyList<(SourceLocation Location, string Name, string Value)> Pairs(string key)
    {
        var result = new List<(SourceLocation, string, string)>();
        switch (Node(key))
        {
            case null:
                break;
            case YamlMappingNode mapping:
                foreach (var (name, value) in mapping.Children)
                {
                    if (name is YamlScalarNode { Value: { Length: > 0 } n } && value is YamlScalarNode { Value: { Length: > 0 } v })
                        result.Add((At(name), n, v));
                    else
                        errors.Add(At(name), $"'{key}' must be a mapping from texts to texts");
                }

                break;
            case { } other:
                errors.Add(At(other), $"'{key}' must be a mapping");
                break;
        }

        return result;
    }

    /// <summary>A mapping, or null if the key is not there.</summary>
    public TopologyFields? Mapping(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return new TopologyFields(mapping, file, errors);
            case { } other:
                errors.Add(At(other), $"'{key}' must be a mapping");
                return null;
        }
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void Done()
    {
        foreach (var key in node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !known.Contains(name))
                errors.Add(At(key), $"'{key}' is not known here; known are {string.Join(", ", known)}");
        }
    }

    private IEnumerable<YamlNode> Items(string key) => Node(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        { } one => [one],
    };

    private SourceLocation At(YamlNode at) => new(file, (int)at.Start.Line, (int)at.Start.Column);
}
