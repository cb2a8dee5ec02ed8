namespace VRouter.Core.Forwarding;

/// <summary>How many frames <see cref="NeighborResolve"/> holds.</summary>
public sealed record NeighborQueueOptions
{
    /// <summary>
    /// Frames that wait for one neighbor; RFC 1122 §2.3.2.2 asks for at least the latest one. A datagram of 64 KB is 90 fragments in a tunnel, and all
    /// are lost with one; Linux holds about a hundred frames (unres_qlen_bytes).
    /// </summary>
    public int PerNeighbor { get; init; } = 128;

    /// <summary>Frames that wait over all neighbors; the rest of the worker's pool stays free for those that can go.</summary>
    public int Total { get; init; } = 512;
}
