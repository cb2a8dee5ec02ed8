using VRouter.Core.Graph;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Whether the counters of a router that has ended add up.</summary>
internal static class CounterCheck
{
    /// <summary>Checks them.</summary>
    /// <exception cref="FindingException">They do not.</exception>
    public static void Check(RouterOutcome outcome, int ports)
    {
        var counters = outcome.Counters;
        Check("received", counters.Received);
        Check("originated", counters.Originated);
        Same("frames that entered", outcome.Received, counters.Received.Entered);
        Same("frames that left", outcome.Sent.Count(frame => frame.Segment is null or 0), LeftOf(counters.Received) + LeftOf(counters.Originated));
        foreach (var reason in DropReasons.All)
        {
            var ofPorts = Enumerable.Range(0, ports).Sum(port => counters.DropsOfPort(port)?[(int)reason] ?? 0);
            Same($"drops of all ports for {DropReasons.Label(reason)}", counters.Received.DropsOf(reason), ofPorts);
        }
    }

    private static void Check(string which, OutcomeCounters counters)
    {
        var ends = LeftOf(counters) + counters.Delivered + counters.Dropped + counters.Held;
        Same($"{which} frames and their ends", counters.Entered, ends);
        Same($"{which} frames that are held at the end", 0, counters.Held);
        Same($"{which} drops over all reasons", counters.Dropped, DropReasons.All.Sum(counters.DropsOf));
    }

    private static long LeftOf(OutcomeCounters counters) => counters.Forwarded + counters.Answered;

    private static void Same(string what, long expected, long counted)
    {
        if (expected != counted)
            throw new FindingException(Oracles.Counters, $"{what}: {expected} expected, {counted} counted");
    }
}
