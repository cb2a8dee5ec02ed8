using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VRouter.Host.Configuration.Reading;

/// <summary>
/// Turns a file's text into documents. Anything at all may be in the text: what is no YAML, is nested too deep, is too much, or refers to
/// itself ends in one finding, and the documents before it are kept. Each document is given away as soon as it is complete, so that only one
/// at a time is in memory: a garbage collection that moves many would stop the router's workers.
/// </summary>
internal sealed class DocumentParser
{
    /// <summary>The deepest nesting of lists and mappings.</summary>
    public const int MaxDepth = 64;

    /// <summary>The most values in one file, counting a value again for each alias that refers to it.</summary>
    public const int MaxNodes = 4_000_000;

    private const string CoreTagPrefix = "tag:yaml.org,2002:";

    private readonly string file;
    private readonly DiagnosticBag diagnostics;
    private readonly Action<DocumentNode> take;
    private readonly Stack<(DocumentNode Node, ScalarNode? Key, AnchorName Anchor)> open = new();
    private readonly Dictionary<AnchorName, DocumentNode?> anchors = [];
    private long nodes;
    private bool hasErrors;

    private DocumentParser(string file, DiagnosticBag diagnostics, Action<DocumentNode> take)
    {
        this.file = file;
        this.diagnostics = diagnostics;
        this.take = take;
    }

    /// <summary>The documents of a text, in turn; empty ones are left out.</summary>
    /// <param name="file">The text's name in findings.</param>
    /// <param name="text">The text.</param>
    /// <param name="diagnostics">What is wrong with it as YAML.</param>
    /// <param name="take">Is given each document.</param>
    /// <returns>False if something was wrong: a document may be missing, or a part of one.</returns>
    public static bool TryParse(string file, string text, DiagnosticBag diagnostics, Action<DocumentNode> take)
    {
        var parser = new DocumentParser(file, diagnostics, take);
        try
        {
            parser.Run(new Scanner(new StringReader(text)));
        }
        catch (YamlException e)
        {
            var place = At(file, e.Start);
            var isTab = e.Message.Contains("tab as indentation", StringComparison.Ordinal);
            parser.Error(isTab ? FirstIndentingTab(text, place) : place, FirstLine(e.Message));
        }

        return !parser.hasErrors;
    }

    private static SourceLocation At(string file, Mark mark) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    // The scanner names the start of the mapping around the tab.
    private static SourceLocation FirstIndentingTab(string text, SourceLocation from)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var tab = line[..^line.TrimStart().Length].IndexOf('\t');
            if (++number >= from.Line && tab >= 0)
                return new SourceLocation(from.File, number, tab + 1);
        }

        return from;
    }

    private static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    private void Run(Scanner scanner)
    {
        var parser = new Parser(scanner);
        while (MoveNext(parser, scanner))
        {
            if (!Take(parser.Current!))
                return;
        }
    }

    private bool MoveNext(Parser parser, Scanner scanner)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's answer to an empty plain scalar, and to a tag or an escape that is no URI or character.
            return Fail(At(file, scanner.CurrentPosition), "this is no YAML");
        }
    }

    private bool Take(ParsingEvent current)
    {
        switch (current)
        {
            case DocumentStart:
                anchors.Clear();
                open.Clear();
                return true;
            case Scalar scalar:
                return Resolve(scalar) is { } node && Count(node) && Attach(node, scalar.Anchor);
            case AnchorAlias alias:
                return Lookup(alias) is { } target && Count(target) && Attach(target, AnchorName.Empty);
            case SequenceStart start:
                return Open(new SequenceNode(At(file, start.Start)), start);
            case MappingStart start:
                return Open(new MappingNode(At(file, start.Start)), start);
            case SequenceEnd or MappingEnd:
                var (closed, _, anchor) = open.Pop();
                return Attach(closed, anchor);
            default:
                return true;
        }
    }

    private bool Fail(SourceLocation location, string message)
    {
        Error(location, message);
        return false;
    }

    private void Error(SourceLocation location, string message)
    {
        hasErrors = true;
        diagnostics.Error(location, message);
    }

    private bool Open(DocumentNode node, NodeEvent start)
    {
        if (open.Count >= MaxDepth)
            return Fail(node.Location, $"nested more than {MaxDepth} levels deep");
        if (open.TryPeek(out var parent) && parent is { Node: MappingNode, Key: null })
            return Fail(node.Location, $"a key must be a string, not {node.Description}");
        if (!start.Tag.IsEmpty && start.Tag.Value is not (CoreTagPrefix + "map" or CoreTagPrefix + "seq"))
            return Fail(node.Location, $"the tag '{start.Tag.Value}' has no meaning here");
        if (!start.Anchor.IsEmpty)
            anchors[start.Anchor] = null;
        open.Push((node, null, start.Anchor));
        return Count(1, node.Location);
    }

    private bool Count(DocumentNode node) => Count(node.Weight, node.Location);

    private bool Count(long weight, SourceLocation location)
    {
        nodes += weight;
        return nodes <= MaxNodes || Fail(location, $"more than {MaxNodes} values in one file, those behind aliases included");
    }

    private bool Attach(DocumentNode node, AnchorName anchor)
    {
        if (!anchor.IsEmpty)
            anchors[anchor] = node;
        if (!open.TryPop(out var parent))
        {
            take(node);
            return true;
        }

        switch (parent.Node)
        {
            case SequenceNode sequence:
                sequence.Add(node);
                break;
            case MappingNode mapping when parent.Key is not null:
                if (!mapping.TryAdd(new MappingEntry(parent.Key, node)))
                {
                    var first = mapping.Find(parent.Key.Text)!.Key.Location;
                    Error(parent.Key.Location, $"the key '{parent.Key.Text}' is given twice; first at line {first.Line}");
                }

                parent.Key = null;
                break;
            default:
                if (node is not ScalarNode key)
                    return Fail(node.Location, $"a key must be a string, not {node.Description}");
                if (key is { Text: "<<", Kind: ScalarKind.String })
                    return Fail(key.Location, "merge keys ('<<') are not understood; write the fields out");
                parent.Key = key;
                break;
        }

        open.Push(parent);
        return true;
    }

    private DocumentNode? Lookup(AnchorAlias alias)
    {
        var location = At(file, alias.Start);
        if (!anchors.TryGetValue(alias.Value, out var target))
            Error(location, $"the alias '*{alias.Value}' refers to no anchor before it");
        else if (target is null)
            Error(location, $"the alias '*{alias.Value}' refers to the value that it is part of");
        return target;
    }

    private ScalarNode? Resolve(Scalar scalar)
    {
        var location = At(file, scalar.Start);
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? null : scalar.Tag.Value;
        ScalarKind? kind = tag switch
        {
            null => scalar.Style == ScalarStyle.Plain && !scalar.Tag.IsNonSpecific ? ScalarNode.Resolve(scalar.Value) : ScalarKind.String,
            CoreTagPrefix + "str" => ScalarKind.String,
            CoreTagPrefix + "bool" => ScalarKind.Boolean,
            CoreTagPrefix + "int" => ScalarKind.Integer,
            CoreTagPrefix + "float" => ScalarKind.Float,
            CoreTagPrefix + "null" => ScalarKind.Null,
            _ => null,
        };
        if (kind is { } known)
            return new ScalarNode(location, scalar.Value, known);
        Error(location, $"the tag '{tag}' has no meaning here");
        return null;
    }
}
