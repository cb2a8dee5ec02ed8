namespace VRouter.Core.Forwarding;

/// <summary>How fast ICMP errors are sent (RFC 1812 §4.3.2.8), and the numbers that make one router differ from the next.</summary>
public sealed record IcmpErrorOptions
{
    /// <summary>
    /// To one destination. Linux allows 1 a second and 6 at once (icmp_ratelimit); that starves people who run traceroute a few times in a row.
    /// </summary>
    public RateLimit PerDestination { get; init; } = new(PerSecond: 10, Burst: 20);

    /// <summary>
    /// Fragmentation Needed to one destination: a limit of its own, since a lost one stalls a connection. Linux has none.
    /// </summary>
    public RateLimit PathMtuPerDestination { get; init; } = new(PerSecond: 100, Burst: 100);

    /// <summary>Over all destinations, of all kinds. Linux: 1000 a second (icmp_msgs_per_sec), 50 at once.</summary>
    public RateLimit Overall { get; init; } = new(PerSecond: 1000, Burst: 200);

    /// <summary>Makes unforeseeable which destinations share a limit.</summary>
    public uint HashSeed { get; init; }

    /// <summary>The IP identification of the first error.</summary>
    public ushort FirstIdentification { get; init; }

    /// <summary>From one error's identification to the next one's.</summary>
    public ushort IdentificationStep { get; init; } = 1;
}
