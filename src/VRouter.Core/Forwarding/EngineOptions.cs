using VRouter.Core.Reassembly;
using VRouter.Core.Tables;

namespace VRouter.Core.Forwarding;

/// <summary>Limits of an engine, and the seeds that make one router differ from the next.</summary>
public sealed record EngineOptions
{
    /// <summary>States and times of neighbors.</summary>
    public NeighborOptions Neighbors { get; init; } = new();

    /// <summary>How many frames wait for ARP.</summary>
    public NeighborQueueOptions NeighborQueue { get; init; } = new();

    /// <summary>How much is kept of datagrams that came in fragments, per worker.</summary>
    public ReassemblyOptions Reassembly { get; init; } = new();

    /// <summary>How fast ICMP errors are sent, over all workers.</summary>
    public IcmpErrorOptions IcmpErrors { get; init; } = new();

    /// <summary>The IP identification of the router's first tunnel packet; each further one of a worker has the next number of its share.</summary>
    public ushort FirstIdentification { get; init; }

    /// <summary>
    /// Nanoseconds to add to the engine's clock for the time since 1970-01-01 UT, which timestamp options get (RFC 791 §3.1); null: it is not known, and they get the
    /// milliseconds of the engine's clock, marked as not standard.
    /// </summary>
    public long? UniversalTimeOffset { get; init; }

    /// <summary>Which worker's engine it is, of how many.</summary>
    public EngineShare Share { get; init; } = EngineShare.Whole;

    /// <summary>The worker's seat where several workers tell one another of neighbors; null where it is the only one.</summary>
    public NeighborSeat? Seat { get; init; }

    /// <summary>
    /// Frames that need nothing special take the fused path. False: every frame goes through the graph's stages, at about a third of the speed, and
    /// <c>show runtime</c> counts it in each of them.
    /// </summary>
    public bool FusedPath { get; init; } = true;
}
