using System.Globalization;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>A parser of a scalar's text: false if the text is none of its values.</summary>
internal delegate bool TextParser<T>(ReadOnlySpan<char> text, out T value);

/// <summary>
/// Reads the fields of one mapping by type. What is missing or null gives null; what is wrong gives null and an error at its place. Each
/// field that is asked for counts as known; <see cref="WarnOfUnknownFields"/> reports the others.
/// </summary>
internal sealed class ObjectReader(MappingNode node, string path, SourceMap source, DiagnosticBag diagnostics)
{
    private readonly HashSet<string> known = [];
    private bool hasWarned;

    /// <summary>Where the mapping starts.</summary>
    public SourceLocation Location => node.Location;

    public DiagnosticBag Diagnostics => diagnostics;

    public SourceMap Source => source;

    /// <summary>"spec.cidr" for "cidr" in "spec".</summary>
    public string PathOf(string field) => path.Length == 0 ? field : $"{path}.{field}";

    /// <summary>Where a field's value stands, or where the mapping starts.</summary>
    public SourceLocation LocationOf(string field) => node.Find(field)?.Value.Location ?? node.Location;

    /// <summary>True if a field is given and not null.</summary>
    public bool Has(string field) => Value(field) is not null;

    /// <summary>True if a field is the string <paramref name="text"/>; what else it may be is no error yet.</summary>
    public bool TextIs(string field, string text) => Value(field) is ScalarNode { Kind: ScalarKind.String } scalar && scalar.Text == text;

    public string? Text(string field) => Scalar(field, ScalarKind.String, "a string")?.Text;

    /// <summary>As <see cref="Text"/>; an error if it is missing or empty.</summary>
    public string? RequiredText(string field)
    {
        if (!Require(field) || Text(field) is not { } text)
            return null;
        if (text.Length > 0)
            return text;
        Error(field, "must not be empty");
        return null;
    }

    public bool? Boolean(string field) =>
        Scalar(field, ScalarKind.Boolean, "true or false")?.Text is { } text ? text[0] is 't' or 'T' : null;

    /// <summary>A boolean, or one of the strings "true" and "false", as Calico writes some flags.</summary>
    public bool? Flag(string field) => Value(field) is ScalarNode { Kind: ScalarKind.String }
        ? Choice(field, ("true", true), ("false", false))
        : Boolean(field);

    /// <summary>An integer within bounds.</summary>
    public int? Integer(string field, int least, int most)
    {
        if (Scalar(field, ScalarKind.Integer, "an integer")?.Text is not { } text)
            return null;
        if (TryParseInteger(text, out var value) && value >= least && value <= most)
            return (int)value;
        Error(field, $"must be {least} to {most}, not {text}");
        return null;
    }

    /// <summary>A text of a given form, such as an address.</summary>
    public T? Parsed<T>(string field, TextParser<T> parser, string form)
        where T : struct
    {
        if (Text(field) is not { } text)
            return null;
        if (parser(text, out var value))
            return value;
        Error(field, $"'{Shorten(text)}' is not {form}");
        return null;
    }

    /// <summary>An IPv4 address.</summary>
    public IPv4Address? Address(string field) => Parsed<IPv4Address>(field, IPv4Address.TryParse, "an IPv4 address");

    /// <summary>A MAC address of one interface: neither zero nor multicast.</summary>
    public MacAddress? Mac(string field) => Parsed<MacAddress>(field, TryParseUnicastMac, "the MAC address of an interface");

    /// <summary>One of several words.</summary>
    public T? Choice<T>(string field, params ReadOnlySpan<(string Word, T Value)> choices)
        where T : struct
    {
        if (Text(field) is not { } text)
            return null;
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }

        var words = new List<string>();
        foreach (var (word, _) in choices)
            words.Add(word);
        Error(field, $"'{Shorten(text)}' is not one of {string.Join(", ", words)}{FieldHint.For(text, words)}");
        return null;
    }

    /// <summary>A mapping.</summary>
    public ObjectReader? Object(string field) => Value(field) switch
    {
        null => null,
        MappingNode mapping => new ObjectReader(mapping, PathOf(field), source, diagnostics),
        var other => WrongType<ObjectReader>(field, other, "a mapping"),
    };

    /// <summary>A list's items, each with the path that its diagnostics name; empty if the field is missing.</summary>
    public IEnumerable<(string Path, DocumentNode Item)> List(string field)
    {
        switch (Value(field))
        {
            case null:
                return [];
            case SequenceNode sequence:
                return sequence.Items.Select((item, index) =>
                {
                    var itemPath = $"{PathOf(field)}[{index}]";
                    source.Add(itemPath, item.Location);
                    return (itemPath, item);
                });
            case var other:
                WrongType<object>(field, other, "a list");
                return [];
        }
    }

    /// <summary>The strings of a list.</summary>
    public IEnumerable<(string Path, ScalarNode Item)> Texts(string field)
    {
        foreach (var (itemPath, item) in List(field))
        {
            if (item is ScalarNode { Kind: ScalarKind.String } scalar)
                yield return (itemPath, scalar);
            else
                diagnostics.Error(item.Location, $"{itemPath} must be a string, not {item.Description}");
        }
    }

    /// <summary>The strings of a mapping from names to strings.</summary>
    public IReadOnlyDictionary<string, ScalarNode> TextMap(string field)
    {
        var map = new Dictionary<string, ScalarNode>();
        foreach (var entry in Object(field)?.Entries ?? [])
        {
            var entryPath = $"{PathOf(field)}[{entry.Key.Text}]";
            source.Add(entryPath, entry.Value.Location);
            if (entry.Value is ScalarNode { Kind: ScalarKind.String } scalar)
                map[entry.Key.Text] = scalar;
            else
                diagnostics.Error(entry.Value.Location, $"{entryPath} must be a string, not {entry.Value.Description}");
        }

        return map;
    }

    /// <summary>False, with an error, if a field is missing or null.</summary>
    public bool Require(string field)
    {
        if (Has(field))
            return true;
        diagnostics.Error(node.Location, $"{PathOf(field)} is required");
        return false;
    }

    /// <summary>Declares fields that are valid but say nothing about forwarding.</summary>
    public void Accept(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            known.Add(field);
    }

    public void Error(string field, string message) => diagnostics.Error(LocationOf(field), $"{PathOf(field)} {message}");

    public void Warning(string field, string message) => diagnostics.Warning(LocationOf(field), $"{PathOf(field)} {message}");

    /// <summary>Reports every field that nobody asked for, once.</summary>
    public void WarnOfUnknownFields(string complaint = "unknown field")
    {
        if (hasWarned)
            return;
        hasWarned = true;
        foreach (var (key, _) in node.Entries)
        {
            if (known.Contains(key.Text))
                continue;
            // A hint costs time, and past the bag's capacity nobody reads it.
            var hint = diagnostics.IsFull ? string.Empty : FieldHint.For(key.Text, known);
            diagnostics.Warning(key.Location, $"{complaint} '{PathOf(Shorten(key.Text))}'{hint}");
        }
    }

    /// <summary>A text as messages quote it: of bounded length.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";

    private IReadOnlyList<MappingEntry> Entries => node.Entries;

    private static bool TryParseUnicastMac(ReadOnlySpan<char> text, out MacAddress mac) =>
        MacAddress.TryParse(text, out mac) && !mac.IsMulticast && !mac.IsZero;

    private static bool TryParseInteger(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        value = 0;
        return !text.StartsWith("0o", StringComparison.Ordinal)
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private DocumentNode? Value(string field)
    {
        known.Add(field);
        if (node.Find(field) is not { } entry || entry.Value is ScalarNode { Kind: ScalarKind.Null })
            return null;
        source.Add(PathOf(field), entry.Value.Location);
        return entry.Value;
    }

    private ScalarNode? Scalar(string field, ScalarKind kind, string expected) => Value(field) switch
    {
        null => null,
        ScalarNode scalar when scalar.Kind == kind => scalar,
        ScalarNode { Kind: not ScalarKind.String } scalar when kind == ScalarKind.String =>
            WrongType<ScalarNode>(field, scalar, "a string", "; put it in quotes"),
        ScalarNode { Kind: ScalarKind.String } scalar =>
            WrongType<ScalarNode>(field, scalar, expected, $": '{Shorten(scalar.Text)}'"),
        var other => WrongType<ScalarNode>(field, other, expected),
    };

    private T? WrongType<T>(string field, DocumentNode value, string expected, string more = "")
        where T : class
    {
        diagnostics.Error(value.Location, $"{PathOf(field)} must be {expected}, not {value.Description}{more}");
        return null;
    }
}
