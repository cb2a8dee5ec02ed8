using System.Text;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Requirements;

/// <summary>docs/rfc-compliance.md, made of the requirements and of the tests that are tagged with them.</summary>
public sealed class ComplianceDocumentTests
{
    private static readonly (string Rfc, string Title)[] Titles =
    [
        ("792", "Internet Control Message Protocol"),
        ("826", "Address Resolution Protocol"),
        ("1191", "Path MTU discovery"),
        ("1812", "Requirements for IPv4 routers (§4.2, §4.3, §5.2, §5.3)"),
        ("2003", "IP encapsulation within IP"),
        ("6040", "Tunnelling of explicit congestion notification"),
        ("7348", "VXLAN"),
    ];

    [Fact]
    public void Document_MadeFromTheTags_IsUpToDate()
    {
        var tags = RequirementTags.Read();
        var text = new StringBuilder("""
            # RFC compliance

            Made from `tests/VRouter.TestKit/Requirements` and the `[Rfc]` tags of the tests; do not edit. Each MUST and MUST NOT of the RFCs that the data path is built on,
            in our words, with the tests that hold the router to it, or why it does not follow it. A MUST NOT says what must not happen. What an RFC demands without these words
            (RFC 792 and RFC 826 are older than them) is called a rule. Routing protocols and management (RFC 1812 §6 to §10) are not the data path's.


            """);
        text.Append($"{Requirement.All.Count} requirements: {Requirement.All.Count(one => one.State is null)} tested, ");
        text.Append($"{Requirement.All.Count(one => one.State?.StartsWith("not done", StringComparison.Ordinal) == true)} not done, ");
        text.Append($"{Requirement.All.Count(one => one.State?.StartsWith("not applicable", StringComparison.Ordinal) == true)} not applicable.\n");
        foreach (var (rfc, title) in Titles)
        {
            text.Append($"\n## RFC {rfc}: {title}\n\n| section | level | requirement | tests, or why not |\n|---|---|---|---|\n");
            foreach (var one in Requirement.All.Where(one => one.Rfc == rfc))
                text.Append($"| {one.Section} | {one.Level} | {one.Text} | {one.State ?? string.Join(", ", Tests(tags, one).Select(test => $"`{test}`"))} |\n");
        }

        Assert.Null(GeneratedDocument.Compare("rfc-compliance.md", text.ToString()));
    }

    [Fact]
    public void Requirements_WithoutAState_HaveATestAndOthersHaveNone()
    {
        var tags = RequirementTags.Read();

        Assert.Equal([], Requirement.All.Where(one => (one.State is null) != Tests(tags, one).Any()).Select(one => one.Id));
        Assert.Equal([], tags.Keys.Except(Requirement.All.Select(one => one.Id)));
        Assert.Equal(Requirement.All.Count, Requirement.All.Select(one => one.Id).Distinct().Count());
        Assert.Equal(Titles.Select(title => title.Rfc).Order(), Requirement.All.Select(one => one.Rfc).Distinct().Order());
    }

    private static IEnumerable<string> Tests(SortedDictionary<string, SortedSet<string>> tags, Requirement one) => tags.TryGetValue(one.Id, out var tests) ? tests : [];
}
