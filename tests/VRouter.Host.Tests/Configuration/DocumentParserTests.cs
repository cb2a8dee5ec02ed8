using System.Diagnostics;
using System.Text;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Reading;

namespace VRouter.Host.Tests.Configuration;

public sealed class DocumentParserTests
{
    public static TheoryData<string, string, string> Broken => new()
    {
        { "unclosed flow mapping", "a: {b: c\n", "f:2:1: error: " },
        { "tab as indentation", "a:\n\tb: c\n", "f:2:1: error: " },
        { "unclosed quote", "a: 'b\n", "f:1:4: error: " },
        { "mapping in a scalar", "a: b: c\n", "f:1:5: error: " },
        { "key given twice", "a: 1\nb: 2\na: 3\n", "f:3:1: error: the key 'a' is given twice; first at line 1" },
        { "list as key", "? [a]\n: b\n", "f:1:3: error: a key must be a string, not a list" },
        { "merge key", "a: &x {b: c}\nd:\n  <<: *x\n", "f:3:3: error: merge keys ('<<') are not understood; write the fields out" },
        { "unknown alias", "a: *x\n", "f:1:4: error: the alias '*x' refers to no anchor before it" },
        { "alias across documents", "a: &x 1\n---\nb: *x\n", "f:3:4: error: the alias '*x' refers to no anchor before it" },
        { "alias to itself", "a: &x [*x]\n", "f:1:8: error: the alias '*x' refers to the value that it is part of" },
        { "foreign tag on a scalar", "a: !binary x\n", "f:1:4: error: the tag '!binary' has no meaning here" },
        { "foreign tag on a list", "a: !!set {x}\n", "f:1:4: error: the tag 'tag:yaml.org,2002:set' has no meaning here" },
        { "control character", "a: b\nc: \u0001\n", "f:2:4: error: the character U+0001 is not allowed in YAML or JSON text" },
        { "control character after CRLF", "a: b\r\nc: d\u007f\n", "f:2:5: error: the character U+007F is not allowed in YAML or JSON text" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Load_BrokenText_TellsTheFirstFaultAtItsPlace(string name, string text, string expected)
    {
        var diagnostics = ConfigurationLoader.LoadText("f", text).Diagnostics;
        Assert.True(diagnostics.Any(item => item.ToString().StartsWith(expected, StringComparison.Ordinal)), $"{name}: {diagnostics}");
    }

    [Fact]
    public void Load_BytesThatAreNotUtf8_TellsThePlace()
    {
        byte[] bytes = [.. "a: b\nä: "u8, 0xc3, 0x28, (byte)'\n'];
        var diagnostics = ConfigurationLoader.Load([new ConfigurationFile("f", bytes)]).Diagnostics;
        Assert.Equal("f:2:4: error: not valid UTF-8 text", diagnostics.ToString());
    }

    [Fact]
    public void Load_ByteOrderMark_IsSkipped()
    {
        byte[] bytes = [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Seed001.Text())];
        Assert.Empty(ConfigurationLoader.Load([new ConfigurationFile("f", bytes)]).Diagnostics);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n# nothing\n")]
    [InlineData("---\n---\n...\n")]
    [InlineData("null\n")]
    public void Load_NoDocument_IsEmptyState(string text)
    {
        var result = ConfigurationLoader.LoadText("f", text);
        Assert.Empty(result.Diagnostics);
        Assert.Empty(result.State!.Resources);
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 10_000)]
    [InlineData("? ", 10_000)]
    public void Load_DeepNesting_IsRefusedSoon(string opening, int count)
    {
        var clock = Stopwatch.StartNew();
        var text = new StringBuilder().Insert(0, opening, count).ToString();
        var diagnostics = ConfigurationLoader.LoadText("f", text).Diagnostics;
        Assert.True(diagnostics.HasErrors);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Load_NestingAtTheLimit_IsAccepted()
    {
        var depth = DocumentParser.MaxDepth;
        var bag = new DiagnosticBag();
        Assert.Single(Documents(new string('[', depth) + new string(']', depth), bag));
        Assert.Empty(Documents(new string('[', depth + 1) + new string(']', depth + 1), bag));
        Assert.Equal($"f:1:{depth + 1}: error: nested more than {depth} levels deep", bag.ToDiagnostics().ToString());
    }

    [Fact]
    public void Load_AliasBomb_IsRefusedSoon()
    {
        var clock = Stopwatch.StartNew();
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 30; level++)
            text.AppendLine($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]");
        var diagnostics = ConfigurationLoader.LoadText("f", text.ToString()).Diagnostics;
        Assert.Contains($"error: more than {DocumentParser.MaxNodes} values in one file", diagnostics.ToString(), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Load_Alias_StandsForTheAnchorsValue()
    {
        var text = Seed001.Text() + """
            ---
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: &name other}
            spec: {cidr: 10.0.0.0/8, nodeSelector: *name}
            """;
        Assert.Empty(ConfigurationLoader.LoadText("f", text).Diagnostics);
    }

    [Fact]
    public void Parse_DocumentsBeforeTheFault_AreKept()
    {
        var bag = new DiagnosticBag();
        var documents = Documents("a: 1\n---\nb: 2\n---\nc: {\n", bag);
        Assert.Equal(2, documents.Count);
        Assert.Equal(1, bag.ErrorCount);
    }

    [Theory]
    [InlineData("~", ScalarKind.Null)]
    [InlineData("", ScalarKind.Null)]
    [InlineData("True", ScalarKind.Boolean)]
    [InlineData("yes", ScalarKind.String)]
    [InlineData("-12", ScalarKind.Integer)]
    [InlineData("0x1f", ScalarKind.Integer)]
    [InlineData("1e3", ScalarKind.Float)]
    [InlineData("-.inf", ScalarKind.Float)]
    [InlineData("1.2.3.4", ScalarKind.String)]
    [InlineData("-", ScalarKind.String)]
    public void Resolve_PlainScalar_FollowsTheCoreSchema(string text, object expected) =>
        Assert.Equal(expected, ScalarNode.Resolve(text));

    private static List<DocumentNode> Documents(string text, DiagnosticBag bag)
    {
        var documents = new List<DocumentNode>();
        var isComplete = DocumentParser.TryParse("f", text, bag, documents.Add);
        Assert.Equal(bag.ErrorCount == 0, isComplete);
        return documents;
    }
}
