using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Host.Demo;

/// <summary>
/// The header fields of one frame that carries an IPv4 packet, plain or in an IPIP or VXLAN tunnel. <see cref="Source"/> and
/// <see cref="Destination"/> are always those of the innermost packet, the pods' own.
/// </summary>
internal sealed record PacketHeaders
{
    /// <summary>The frame's source MAC address.</summary>
    public required MacAddress SourceMac { get; init; }

    /// <summary>The frame's destination MAC address.</summary>
    public required MacAddress DestinationMac { get; init; }

    /// <summary>The source of the innermost IPv4 packet.</summary>
    public required IPv4Address Source { get; init; }

    /// <summary>The destination of the innermost IPv4 packet.</summary>
    public required IPv4Address Destination { get; init; }

    /// <summary>The protocol of the innermost IPv4 packet.</summary>
    public required byte Protocol { get; init; }

    /// <summary>The TTL of the innermost IPv4 packet.</summary>
    public required byte Ttl { get; init; }

    /// <summary>The ICMP type of the innermost packet, if it is ICMP and not a later fragment.</summary>
    public byte? IcmpType { get; init; }

    /// <summary>The tunnel around it, if there is one.</summary>
    public TunnelHeaders? Tunnel { get; init; }

    /// <summary>Reads a frame; null for one that carries no whole IPv4 packet.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="vxlanPort">The UDP port that means VXLAN.</param>
    public static PacketHeaders? Read(ReadOnlySpan<byte> frame, ushort vxlanPort)
    {
        Span<byte> copy = frame.ToArray();
        if (EthernetHeader.Parse(copy, out var ethernet) != DropReason.None || ethernet.Type != EtherType.IPv4
            || IPv4Header.Parse(ethernet.Payload, out var outer) != DropReason.None)
            return null;
        if (outer.Protocol == IpProtocol.IPv4 && IPv4Header.Parse(outer.Payload, out var inner) == DropReason.None)
            return Of(ethernet, inner, new TunnelHeaders { Source = outer.Source, Destination = outer.Destination, Ttl = outer.Ttl });
        if (outer.Protocol == IpProtocol.Udp && UdpHeader.Parse(outer.Payload, out var udp) == DropReason.None && udp.DestinationPort == vxlanPort
            && VxlanHeader.Parse(udp.Payload, out var vxlan) == DropReason.None
            && EthernetHeader.Parse(vxlan.Payload, out var innerEthernet) == DropReason.None && innerEthernet.Type == EtherType.IPv4
            && IPv4Header.Parse(innerEthernet.Payload, out inner) == DropReason.None)
        {
            return Of(ethernet, inner, new TunnelHeaders
            {
                Source = outer.Source,
                Destination = outer.Destination,
                Ttl = outer.Ttl,
                Vxlan = new VxlanFields(udp.SourcePort, udp.DestinationPort, vxlan.Vni, innerEthernet.Source, innerEthernet.Destination),
            });
        }

        return Of(ethernet, outer, null);
    }

    private static PacketHeaders Of(EthernetHeader ethernet, IPv4Header packet, TunnelHeaders? tunnel) => new()
    {
        SourceMac = ethernet.Source,
        DestinationMac = ethernet.Destination,
        Source = packet.Source,
        Destination = packet.Destination,
        Protocol = packet.Protocol,
        Ttl = packet.Ttl,
        IcmpType = packet.Protocol == IpProtocol.Icmp && !packet.IsLaterFragment && packet.Payload.Length > 0 ? packet.Payload[0] : null,
        Tunnel = tunnel,
    };
}
