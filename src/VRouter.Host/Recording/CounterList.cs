using System.Buffers.Binary;
using VRouter.Core.Graph;

namespace VRouter.Host.Recording;

/// <summary>All counters of a graph in one order, as a recording holds them: eight bytes each.</summary>
internal static class CounterList
{
    private const int OfOutcome = 5;

    /// <summary>How many there are.</summary>
    public static int CountOf(GraphCounters counters) => (2 * (OfOutcome + DropReasons.Count)) + (2 * counters.Stages.Count);

    /// <summary>Writes them. Allocates nothing.</summary>
    public static void Write(GraphCounters counters, Span<byte> target)
    {
        Write(counters.Received, ref target);
        Write(counters.Originated, ref target);
        for (var stage = 0; stage < counters.Stages.Count; stage++)
        {
            Write(counters.Stages[stage].Calls, ref target);
            Write(counters.Stages[stage].Frames, ref target);
        }
    }

    /// <summary>The name of each, in the same order.</summary>
    public static IReadOnlyList<string> NamesOf(GraphCounters counters) =>
    [
        .. NamesOf("received"),
        .. NamesOf("originated"),
        .. counters.Stages.SelectMany(stage => new[] { $"{stage.Name} calls", $"{stage.Name} frames" }),
    ];

    /// <summary>How many of them do not depend on which stages frames passed: with a trace, all take the long way.</summary>
    public static int CountOfOutcomes => 2 * (OfOutcome + DropReasons.Count);

    private static IEnumerable<string> NamesOf(string frames) =>
        new[] { "entered", "forwarded", "answered", "delivered", "held" }
            .Concat(Enumerable.Range(0, DropReasons.Count).Select(reason => $"dropped {DropReasons.Label((DropReason)reason)}"))
            .Select(name => $"{frames} {name}");

    private static void Write(OutcomeCounters outcome, ref Span<byte> target)
    {
        Write(outcome.Entered, ref target);
        Write(outcome.Forwarded, ref target);
        Write(outcome.Answered, ref target);
        Write(outcome.Delivered, ref target);
        Write(outcome.Held, ref target);
        for (var reason = 0; reason < DropReasons.Count; reason++)
            Write(outcome.DropsOf((DropReason)reason), ref target);
    }

    private static void Write(long value, ref Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, value);
        target = target[8..];
    }
}
