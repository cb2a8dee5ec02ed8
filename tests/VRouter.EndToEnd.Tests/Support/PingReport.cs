using System.Globalization;
using System.Text.RegularExpressions;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>What ping(8) told.</summary>
/// <param name="Sent">Requests sent.</param>
/// <param name="Received">Requests answered.</param>
/// <param name="Duplicates">Answers beyond the first to a request.</param>
/// <param name="Ttls">The TTLs seen in answers.</param>
/// <param name="Text">All that was printed.</param>
internal sealed partial record PingReport(int Sent, int Received, int Duplicates, IReadOnlySet<int> Ttls, string Text)
{
    /// <summary>True if every request was answered once.</summary>
    public bool IsComplete => Sent > 0 && Received == Sent && Duplicates == 0;

    /// <summary>Reads what ping printed.</summary>
    public static PingReport Parse(string text)
    {
        var summary = SummaryPattern().Match(text);
        if (!summary.Success)
            throw new FormatException($"not the output of ping:\n{text}");
        return new PingReport(
            Number(summary, "sent"),
            Number(summary, "received"),
            summary.Groups["duplicates"].Success ? Number(summary, "duplicates") : 0,
            TtlPattern().Matches(text).Select(match => Number(match, "ttl")).ToHashSet(),
            text);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<sent>\d+) packets transmitted, (?<received>\d+) received(, \+(?<duplicates>\d+) duplicates)?")]
    private static partial Regex SummaryPattern();

    [GeneratedRegex(@" bytes from .* ttl=(?<ttl>\d+)")]
    private static partial Regex TtlPattern();
}
