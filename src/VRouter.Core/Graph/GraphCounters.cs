using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>The counters of one worker's graph. Written by the worker only; other threads may read at any time.</summary>
public sealed class GraphCounters
{
    internal GraphCounters(IEnumerable<Stage> stages) =>
        Stages = [.. stages.Select(stage => new StageCounters(stage.Name))];

    /// <summary>Frames that ports received.</summary>
    public OutcomeCounters Received { get; } = new();

    /// <summary>Frames that the router made: ICMP errors, ARP requests, every fragment of a packet but the last.</summary>
    public OutcomeCounters Originated { get; } = new();

    /// <summary>
    /// One entry for each stage, in the graph's order; the shortcut, where there is one, comes last. Frames that the shortcut took to their end are counted
    /// there only, not by the stages that they would have passed.
    /// </summary>
    public IReadOnlyList<StageCounters> Stages { get; }

    /// <summary>Received and originated frames discarded for this reason.</summary>
    public long DropsOf(DropReason reason) => Received.DropsOf(reason) + Originated.DropsOf(reason);

    /// <summary>Drops of frames that this port received (its index), by reason; null if it never dropped one.</summary>
    public IReadOnlyList<long>? DropsOfPort(int port) => port < portDrops.Length ? portDrops[port] : null;

    private long[]?[] portDrops = [];

    internal OutcomeCounters Of(FrameFlags flags) => (flags & FrameFlags.Originated) != 0 ? Originated : Received;

    internal void EnsurePorts(int count)
    {
        if (portDrops.Length >= count)
            return;
        var larger = new long[]?[count];
        portDrops.CopyTo(larger, 0);
        for (var port = portDrops.Length; port < count; port++)
            larger[port] = new long[DropReasons.Count];
        Volatile.Write(ref portDrops, larger);
    }

    internal void CountDrop(in FrameMetadata metadata, DropReason reason)
    {
        Of(metadata.Flags).CountDrop(reason);
        if ((metadata.Flags & FrameFlags.Originated) == 0 && (uint)metadata.RxPort < (uint)portDrops.Length)
            portDrops[metadata.RxPort]![(int)reason]++;
    }
}
