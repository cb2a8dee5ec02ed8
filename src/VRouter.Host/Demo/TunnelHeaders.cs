using VRouter.Core.Wire;

namespace VRouter.Host.Demo;

/// <summary>The outer headers of a tunnelled packet.</summary>
internal sealed record TunnelHeaders
{
    /// <summary>The outer source, a node.</summary>
    public required IPv4Address Source { get; init; }

    /// <summary>The outer destination, a node.</summary>
    public required IPv4Address Destination { get; init; }

    /// <summary>The outer TTL.</summary>
    public required byte Ttl { get; init; }

    /// <summary>What VXLAN adds; null for IPIP.</summary>
    public VxlanFields? Vxlan { get; init; }
}
