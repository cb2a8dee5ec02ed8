using VRouter.Core.Tables;

namespace VRouter.Core.Forwarding;

/// <summary>Limits of an engine, and the seeds that make one router differ from the next.</summary>
public sealed record EngineOptions
{
    /// <summary>States and times of neighbors.</summary>
    public NeighborOptions Neighbors { get; init; } = new();

    /// <summary>How many frames wait for ARP.</summary>
    public NeighborQueueOptions NeighborQueue { get; init; } = new();

    /// <summary>How fast ICMP errors are sent.</summary>
    public IcmpErrorOptions IcmpErrors { get; init; } = new();

    /// <summary>The IP identification of the first tunnel packet; each further one has the next number.</summary>
    public ushort FirstIdentification { get; init; }
}
