using VRouter.Core.Tables;

namespace VRouter.Host.Configuration.Resources;

/// <summary>A range of workload addresses and how it is reached from other nodes (projectcalico.org/v3 IPPool).</summary>
public sealed record IPPool : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "IPPool";

    /// <summary>The addresses of the pool.</summary>
    public required IPv4Prefix Cidr { get; init; }

    /// <summary>When packets to the pool use IPIP. At most one of the two modes is other than Never.</summary>
    public EncapsulationMode IpipMode { get; init; }

    /// <summary>When packets to the pool use VXLAN. At most one of the two modes is other than Never.</summary>
    public EncapsulationMode VxlanMode { get; init; }

    /// <summary>True if no new addresses are given out of the pool. Addresses in use stay reachable as the modes say.</summary>
    public bool Disabled { get; init; }

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, string.Empty, Name);
}
