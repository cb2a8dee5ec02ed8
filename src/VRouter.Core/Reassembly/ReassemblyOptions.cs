namespace VRouter.Core.Reassembly;

/// <summary>How much is kept of datagrams to the router itself that came in fragments and are not complete, and for how long.</summary>
/// <remarks>
/// There are two separate stores with these bounds: one for tunnel packets of known nodes, one for all else. What holds memory is frames, so frames are counted: a
/// fragment takes a slot of the pool, however short it is.
/// </remarks>
public sealed record ReassemblyOptions
{
    /// <summary>
    /// How long a datagram may take, in nanoseconds: 15 seconds, which RFC 791 §3.2 recommends. Hosts take longer (RFC 1122 §3.3.2: 60 to 120 s, Linux: 30 s), but
    /// tunnel packets come from nodes nearby, and the longer fragments wait, the likelier they meet others of the same identification (RFC 4963).
    /// </summary>
    public long TimeoutNanoseconds { get; init; } = 15_000_000_000;

    /// <summary>The most datagrams of a store, complete in their refusal or not complete at all. A fragment is compared with so many at most.</summary>
    public int Datagrams { get; init; } = 128;

    /// <summary>The most frames of a store; never more than the <see cref="PoolShare"/>th part of the pool.</summary>
    public int Frames { get; init; } = 512;

    /// <summary>Each of the two stores takes at most the pool's frames divided by this.</summary>
    public int PoolShare { get; init; } = 8;

    /// <summary>One sender's datagrams and frames are at most a store's divided by this: at its limit a sender loses its own oldest, not others'.</summary>
    public int SenderShare { get; init; } = 2;

    /// <summary>The most fragments of one datagram: 64 KiB over links with an MTU of 576 bytes are 119.</summary>
    public int FragmentsPerDatagram { get; init; } = 128;

    /// <summary>
    /// A datagram is given up when its next fragment comes after more than this many that others from the same sender had to wait with: by then the identification may be another
    /// datagram's (RFC 4963). As Linux's ipfrag_max_dist.
    /// </summary>
    public int Distance { get; init; } = 64;
}
