namespace VRouter.Core.Tables;

/// <summary>Sizes and times of <see cref="NeighborTable"/>. Times are nanoseconds; the defaults are Linux's unless noted.</summary>
public sealed record NeighborOptions
{
    private const long Second = 1_000_000_000;

    /// <summary>The most neighbors at a time. Linux's gc_thresh3 is 1024 over all interfaces.</summary>
    public int Capacity { get; init; } = 4096;

    /// <summary>Requests before an address counts as dead: mcast_solicit, and as many by unicast while a known address is confirmed: ucast_solicit.</summary>
    public int MaxRequests { get; init; } = 3;

    /// <summary>Between two requests for one address: retrans_time, and the limit of RFC 1122 §2.3.2.1.</summary>
    public long RetryInterval { get; init; } = Second;

    /// <summary>How long an address is believed after its owner was heard: base_reachable_time.</summary>
    public long ReachableTime { get; init; } = 30 * Second;

    /// <summary>How long an address is kept that nobody uses: gc_stale_time.</summary>
    public long StaleTime { get; init; } = 60 * Second;

    /// <summary>
    /// After an address did not answer, how long frames to it are dropped at once before new traffic has it asked for again. Ours: Linux asks again at
    /// once.
    /// </summary>
    public long FailedHoldOff { get; init; } = Second;

    /// <summary>How long a dead address stays on show: gc_stale_time.</summary>
    public long FailedTime { get; init; } = 60 * Second;

    /// <summary>Makes the distribution over hash buckets unforeseeable to senders.</summary>
    public uint HashSeed { get; init; }
}
