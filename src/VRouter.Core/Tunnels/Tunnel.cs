using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>A tunnel to one peer: what the encapsulation stages write into the outer headers.</summary>
public sealed record Tunnel
{
    /// <summary>Bytes that IPIP adds.</summary>
    public const int IpipOverhead = 20;

    /// <summary>Bytes that VXLAN over IPv4 adds to the IP packet: IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14.</summary>
    public const int VxlanOverhead = 50;

    /// <summary>The encapsulation.</summary>
    public required TunnelKind Kind { get; init; }

    /// <summary>Outer source: this node's address.</summary>
    public required IPv4Address Local { get; init; }

    /// <summary>Outer destination: the peer node's address.</summary>
    public required IPv4Address Remote { get; init; }

    /// <summary>VXLAN: the network identifier.</summary>
    public uint Vni { get; init; }

    /// <summary>VXLAN: the UDP destination port.</summary>
    public ushort L4Port { get; init; }

    /// <summary>VXLAN: inner source MAC address, this node's VTEP.</summary>
    public MacAddress LocalMac { get; init; }

    /// <summary>VXLAN: inner destination MAC address, the peer's VTEP.</summary>
    public MacAddress RemoteMac { get; init; }

    /// <summary>What ICMP errors told of the path; the same object across recompiled tables.</summary>
    public required PathMtu PathMtu { get; init; }

    /// <summary>Bytes between the outer IP header's first and the inner IP header's first.</summary>
    public int Overhead => Kind == TunnelKind.Ipip ? IpipOverhead : VxlanOverhead;
}
