using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// The outer headers of one tunnel as far as they are the same for every packet, in wire order, with the sum of their words: what a packet brings is added to it.
/// </summary>
internal readonly struct FusedEncapsulation
{
    /// <summary>Outer IPv4 header, bytes 8 to 15: TTL, protocol, a checksum of 0, source.</summary>
    public readonly ulong TtlToSource;

    /// <summary>Outer IPv4 header, bytes 16 to 19.</summary>
    public readonly uint Destination;

    /// <summary>UDP destination port.</summary>
    public readonly ushort L4Port;

    /// <summary>The sum of <see cref="TtlToSource"/> and <see cref="Destination"/>.</summary>
    public readonly ulong Sum;

    /// <summary>The VXLAN header.</summary>
    public readonly ulong VxlanHeader;

    /// <summary>The inner Ethernet header, bytes 0 to 7.</summary>
    public readonly ulong InnerEthernet;

    /// <summary>The inner Ethernet header, bytes 6 to 13.</summary>
    public readonly ulong InnerSourceAndType;

    private FusedEncapsulation(Tunnel tunnel, byte ttl, byte protocol)
    {
        TtlToSource = ttl | ((ulong)protocol << 8) | ((ulong)WireOrder.UInt32(tunnel.Local.Value) << 32);
        Destination = WireOrder.UInt32(tunnel.Remote.Value);
        Sum = WireOrder.Add(TtlToSource, Destination);
        if (protocol != IpProtocol.Udp)
            return;
        L4Port = WireOrder.UInt16(tunnel.L4Port);
        VxlanHeader = Wire.VxlanHeader.VniFlag | ((ulong)WireOrder.UInt32(tunnel.Vni << 8) << 32);
        InnerEthernet = WireOrder.Mac(tunnel.RemoteMac) | (WireOrder.Mac(tunnel.LocalMac) << 48);
        InnerSourceAndType = WireOrder.SourceAndType(tunnel.LocalMac, EtherType.IPv4);
    }

    /// <summary>As <see cref="IpipEncap"/> writes it.</summary>
    public static FusedEncapsulation Ipip(Tunnel tunnel) => new(tunnel, IpipEncap.OuterTtl, IpProtocol.IPv4);

    /// <summary>As <see cref="VxlanEncap"/> writes it.</summary>
    public static FusedEncapsulation Vxlan(Tunnel tunnel) => new(tunnel, VxlanEncap.OuterTtl, IpProtocol.Udp);
}
