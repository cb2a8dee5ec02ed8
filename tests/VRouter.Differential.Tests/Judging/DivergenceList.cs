using VRouter.TestKit;

namespace VRouter.Differential.Tests.Judging;

/// <summary>docs/divergences.md, which people and tests read alike.</summary>
internal sealed class DivergenceList
{
    private const string Path = "docs/divergences.md";
    private static readonly string[] Labels = ["When", "Linux", "vRouter", "Why", "Source"];

    private DivergenceList(IReadOnlyList<Divergence> divergences, IReadOnlyList<MayDiffer> mayDiffer) => (Divergences, MayDiffer) = (divergences, mayDiffer);

    /// <summary>The declared divergences, in the document's order: the first that applies counts.</summary>
    public IReadOnlyList<Divergence> Divergences { get; }

    /// <summary>The fields that are not compared.</summary>
    public IReadOnlyList<MayDiffer> MayDiffer { get; }

    /// <summary>Reads the document.</summary>
    public static DivergenceList Read() => Parse(File.ReadAllLines(RepositoryFiles.PathOf("docs", "divergences.md")));

    /// <summary>Reads the document's lines.</summary>
    /// <exception cref="FormatException">A section lacks a line or has a rule that cannot be read; the message names file and line.</exception>
    public static DivergenceList Parse(IReadOnlyList<string> lines)
    {
        var divergences = new List<Divergence>();
        var mayDiffer = new List<MayDiffer>();
        for (var i = 0; i < lines.Count; i++)
        {
            try
            {
                if (lines[i].StartsWith("### ", StringComparison.Ordinal))
                    divergences.Add(Section(lines, i));
                else if (lines[i].StartsWith("| `", StringComparison.Ordinal))
                    mayDiffer.Add(Row(lines[i]));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{Path}:{i + 1}: {e.Message}");
            }
        }

        var doubled = divergences.GroupBy(divergence => divergence.Id).FirstOrDefault(group => group.Count() > 1);
        return doubled is null
            ? new DivergenceList(divergences, mayDiffer)
            : throw new FormatException($"{Path}: there are two sections '{doubled.Key}'.");
    }

    private static Divergence Section(IReadOnlyList<string> lines, int start)
    {
        var values = Labels.ToDictionary(label => label, _ => new List<string>());
        for (var i = start + 1; i < lines.Count && !lines[i].StartsWith('#'); i++)
        {
            foreach (var label in Labels)
            {
                if (lines[i].StartsWith($"- {label}: ", StringComparison.Ordinal))
                    values[label].Add(lines[i][(label.Length + 4)..].Trim());
            }
        }

        var missing = Labels.FirstOrDefault(label => values[label].Count == 0);
        if (missing is not null)
            throw new FormatException($"the section lacks a line '- {missing}: '.");
        return new Divergence(
            lines[start][4..].Trim(),
            [.. values["When"].Select(Rule)],
            values["Linux"][0],
            values["vRouter"][0],
            values["Why"][0],
            values["Source"][0]);
    }

    private static IReadOnlyList<Condition> Rule(string text) =>
        text.Length > 2 && text[0] == '`' && text[^1] == '`'
            ? [.. text[1..^1].Split(';').Select(part => Condition.Parse(part.Trim()))]
            : throw new FormatException($"the rule {text} is not in backquotes.");

    // | `ip.id`, `ip.checksum` | `icmp *`, `reset` | why |
    private static MayDiffer Row(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return cells.Length >= 5
            ? new MayDiffer(Words(cells[2]), Words(cells[1]))
            : throw new FormatException("a row has three cells: fields, kinds of frames, reason.");
    }

    private static List<string> Words(string cell) => [.. cell.Split(',').Select(word => word.Trim().Trim('`'))];
}
