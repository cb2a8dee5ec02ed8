namespace VRouter.Core.Graph;

/// <summary>
/// What became of frames, in numbers. <see cref="Entered"/> = <see cref="Forwarded"/> + <see cref="Answered"/> + <see cref="Delivered"/> +
/// <see cref="Dropped"/> + <see cref="Held"/>, at any time between passes.
/// </summary>
public sealed class OutcomeCounters
{
    private readonly long[] drops = new long[DropReasons.Count];

    /// <summary>Frames that entered the graph.</summary>
    public long Entered { get; internal set; }

    /// <summary>Left through a port.</summary>
    public long Forwarded { get; internal set; }

    /// <summary>Left through a port as an answer to their sender.</summary>
    public long Answered { get; internal set; }

    /// <summary>Taken in by the router itself, or left to the host's stack.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Discarded, over all reasons.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Kept by a stage just now, as those that wait for ARP or for other fragments.</summary>
    public long Held { get; internal set; }

    /// <summary>Discarded for this reason.</summary>
    public long DropsOf(DropReason reason) => drops[(int)reason];

    internal void CountDrop(DropReason reason)
    {
        Dropped++;
        drops[(int)reason]++;
    }
}
