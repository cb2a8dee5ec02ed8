using System.Globalization;
using System.Text.RegularExpressions;

namespace VRouter.Host.Demo;

/// <summary>What a ping from one pod to another found.</summary>
/// <param name="From">The pod that asked.</param>
/// <param name="To">The pod that was asked.</param>
/// <param name="Reached">True if it answered.</param>
/// <param name="Ttl">The TTL of the last answer.</param>
/// <param name="Milliseconds">The round-trip time of the last answer; null where time is simulated.</param>
internal sealed partial record PingResult(string From, string To, bool Reached, int Ttl, double? Milliseconds)
{
    /// <summary>Reads what ping(8) printed.</summary>
    public static PingResult Parse(string from, string to, string output)
    {
        var answers = Answer().Matches(output);
        return answers.Count == 0
            ? new PingResult(from, to, false, 0, 0)
            : new PingResult(from, to, true, int.Parse(answers[^1].Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(answers[^1].Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"icmp_seq=\d+ ttl=(\d+) time=([0-9.]+) ms", RegexOptions.CultureInvariant)]
    private static partial Regex Answer();
}
