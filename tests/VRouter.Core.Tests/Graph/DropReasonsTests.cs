using System.Text.RegularExpressions;
using VRouter.Core.Graph;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Graph;

public sealed class DropReasonsTests
{
    public static TheoryData<DropReason> Reasons => [.. DropReasons.All];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Describe_EachReason_HasASentence(DropReason reason)
    {
        var info = DropReasons.Describe(reason);

        Assert.EndsWith(".", info.Sentence, StringComparison.Ordinal);
        Assert.True(char.IsUpper(info.Sentence[0]));
    }

    [Fact]
    public void Label_IsUniqueKebabCase()
    {
        var labels = DropReasons.All.Select(DropReasons.Label).ToArray();

        Assert.Equal(labels.Length, labels.Distinct().Count());
        Assert.All(labels, label => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", label));
        Assert.Equal("ttl-expired", DropReasons.Label(DropReason.TtlExpired));
        Assert.Equal("ipv4-checksum", DropReasons.Label(DropReason.IPv4Checksum));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void EachReason_IsExpectedByATest(DropReason reason)
    {
        var name = new Regex($@"\bDropReason\.{reason}\b|(?<![a-z0-9-]){DropReasons.Label(reason)}(?![a-z0-9-])");
        var files = Directory.EnumerateFiles(RepositoryFiles.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("DropReasonsTests.cs", StringComparison.Ordinal));

        Assert.True(files.Any(file => name.IsMatch(File.ReadAllText(file))), $"No test expects {reason}: is it ever produced?");
    }

    [Fact]
    public void Describe_None_Throws() => Assert.Throws<ArgumentException>(() => DropReasons.Describe(DropReason.None));
}
