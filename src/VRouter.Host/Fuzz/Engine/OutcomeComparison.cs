using VRouter.Core.Graph;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Finds where two runs of a router differ.</summary>
internal static class OutcomeComparison
{
    /// <summary>Compares what left each port in its order, all counters but those of stages, and the neighbors; traces, if both have one.</summary>
    /// <exception cref="FindingException">They differ.</exception>
    public static void Compare(string oracle, string names, RouterOutcome first, RouterOutcome second, int ports)
    {
        for (var port = 0; port < ports; port++)
            CompareSent(oracle, names, port, Of(first, port), Of(second, port));
        CompareCounters(oracle, $"{names}: received", first.Counters.Received, second.Counters.Received);
        CompareCounters(oracle, $"{names}: originated", first.Counters.Originated, second.Counters.Originated);
        if (!first.Neighbors.SequenceEqual(second.Neighbors))
            throw new FindingException(oracle, $"{names}: neighbors differ:\n{string.Join("\n", first.Neighbors)}\n\n{string.Join("\n", second.Neighbors)}");
        if (first.Trace != 0 && second.Trace != 0 && first.Trace != second.Trace)
            throw new FindingException(oracle, $"{names}: traces differ");
    }

    /// <summary>
    /// Compares runs whose frames came together: which frames left each port, in any order, since frames of different flows may overtake one another within a vector;
    /// so numbers that the router itself counts up are left aside.
    /// </summary>
    /// <exception cref="FindingException">They differ.</exception>
    public static void CompareSets(string oracle, string names, RouterOutcome first, RouterOutcome second, IReadOnlyList<FuzzNetwork> networks)
    {
        for (var port = 0; port < networks[0].Ports.Count; port++)
        {
            var (one, other) = (SetOf(first, port, networks), SetOf(second, port, networks));
            for (var index = 0; index < Math.Min(one.Count, other.Count); index++)
            {
                if (one[index] != other[index])
                    throw new FindingException(oracle, $"{names}: port {port} sent different frames\n{one[index]}\n{other[index]}");
            }

            if (one.Count != other.Count)
                throw new FindingException(oracle, $"{names}: port {port} sent {one.Count} and {other.Count} frames");
        }

        CompareCounters(oracle, $"{names}: received", first.Counters.Received, second.Counters.Received);
        CompareCounters(oracle, $"{names}: originated", first.Counters.Originated, second.Counters.Originated);
    }

    private static List<string> SetOf(RouterOutcome outcome, int port, IReadOnlyList<FuzzNetwork> networks) =>
        [.. Of(outcome, port).Select(frame => $"{frame.Time} {Convert.ToHexStringLower(WithoutNumbers(frame.Bytes, networks))}").Order(StringComparer.Ordinal)];

    // Identification and checksum of what the router made itself.
    private static byte[] WithoutNumbers(byte[] frame, IReadOnlyList<FuzzNetwork> networks)
    {
        const int ethernet = 14;
        if (frame.Length < ethernet + 20 || !networks.Any(network => SlowWire.U32(frame, ethernet + 12) == network.View.Address.Value))
            return frame;
        byte[] copy = [.. frame];
        SlowWire.Put16(copy, ethernet + 4, 0);
        SlowWire.Put16(copy, ethernet + 10, 0);
        return copy;
    }

    private static List<SentFrame> Of(RouterOutcome outcome, int port) => [.. outcome.Sent.Where(frame => frame.Port == port)];

    private static void CompareSent(string oracle, string names, int port, List<SentFrame> first, List<SentFrame> second)
    {
        for (var index = 0; index < Math.Min(first.Count, second.Count); index++)
        {
            var (one, other) = (first[index], second[index]);
            if (one.Time != other.Time || !one.Bytes.AsSpan().SequenceEqual(other.Bytes))
            {
                throw new FindingException(oracle, $"{names}: frame {index + 1} of port {port} differs"
                    + $"\n{one.Time} {Convert.ToHexStringLower(one.Bytes)}\n{other.Time} {Convert.ToHexStringLower(other.Bytes)}");
            }
        }

        if (first.Count != second.Count)
            throw new FindingException(oracle, $"{names}: port {port} sent {first.Count} and {second.Count} frames");
    }

    private static void CompareCounters(string oracle, string what, OutcomeCounters first, OutcomeCounters second)
    {
        if (Numbers(first) != Numbers(second))
            throw new FindingException(oracle, $"{what}: counters differ: {Numbers(first)} and {Numbers(second)}");
        foreach (var reason in DropReasons.All)
        {
            if (first.DropsOf(reason) != second.DropsOf(reason))
                throw new FindingException(oracle, $"{what}: drops for {DropReasons.Label(reason)} differ: {first.DropsOf(reason)} and {second.DropsOf(reason)}");
        }
    }

    private static (long Entered, long Forwarded, long Answered, long Delivered, long Dropped, long Held) Numbers(OutcomeCounters counters) =>
        (counters.Entered, counters.Forwarded, counters.Answered, counters.Delivered, counters.Dropped, counters.Held);
}
