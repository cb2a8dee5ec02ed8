using VRouter.Core.Wire;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>Bytes of packets and frames, from the inside out; all checksums are true.</summary>
internal static class WarmPackets
{
    private const ushort ClientL4Port = 40_000;
    private const ushort ServerL4Port = 53;
    private const byte OptionsHeaderStart = 0x46;
    private const int OptionBytes = 4;
    private const byte NoOperation = 1;

    /// <summary>A frame around a packet.</summary>
    public static byte[] Ethernet(MacAddress source, MacAddress destination, byte[] packet, ushort type = EtherType.IPv4)
    {
        var frame = new byte[EthernetHeader.Size + packet.Length];
        EthernetHeader.Write(frame, destination, source, type);
        packet.CopyTo(frame, EthernetHeader.Size);
        return frame;
    }

    /// <summary>An ARP packet in its frame.</summary>
    public static byte[] Arp(ushort operation, MacAddress senderMac, IPv4Address sender, MacAddress targetMac, IPv4Address target)
    {
        var packet = new byte[ArpHeader.Size];
        ArpHeader.Write(packet, operation, senderMac, sender, targetMac, target);
        return Ethernet(senderMac, operation == ArpOperation.Request ? MacAddress.Broadcast : targetMac, packet, EtherType.Arp);
    }

    /// <summary>An IPv4 packet.</summary>
    public static byte[] IPv4(IPv4Address source, IPv4Address destination, byte protocol, byte[] payload, byte ttl = 64, bool dontFragment = false)
    {
        var packet = new byte[IPv4Header.MinimumSize + payload.Length];
        payload.CopyTo(packet, IPv4Header.MinimumSize);
        IPv4Header.Write(packet, (ushort)packet.Length, protocol, source, destination, ttl, dontFragment: dontFragment);
        return packet;
    }

    /// <summary>A UDP datagram with this much data, in its packet.</summary>
    public static byte[] Udp(IPv4Address source, IPv4Address destination, int length = 18, byte ttl = 64, bool dontFragment = false, ushort l4Port = ServerL4Port)
    {
        var datagram = new byte[UdpHeader.Size + length];
        UdpHeader.Write(datagram, ClientL4Port, l4Port, (ushort)datagram.Length).UpdateChecksum(source, destination);
        return IPv4(source, destination, IpProtocol.Udp, datagram, ttl, dontFragment);
    }

    /// <summary>A TCP segment without data, in its packet.</summary>
    public static byte[] Tcp(IPv4Address source, IPv4Address destination)
    {
        var segment = new byte[20];
        UdpHeader.At(segment).SourcePort = ClientL4Port;
        UdpHeader.At(segment).DestinationPort = ServerL4Port;
        return IPv4(source, destination, IpProtocol.Tcp, segment);
    }

    /// <summary>An ICMP echo request or reply as ping(8) sends it, in its packet.</summary>
    public static byte[] Echo(IPv4Address source, IPv4Address destination, byte type = IcmpType.EchoRequest, byte ttl = 64) =>
        Icmp(source, destination, type, code: 0, restOfHeader: 0x0001_0001, new byte[56], ttl);

    /// <summary>An ICMP message in its packet.</summary>
    public static byte[] Icmp(IPv4Address source, IPv4Address destination, byte type, byte code, uint restOfHeader, byte[] payload, byte ttl = 64)
    {
        var message = new byte[IcmpHeader.Size + payload.Length];
        payload.CopyTo(message, IcmpHeader.Size);
        IcmpHeader.Write(message, type, code, restOfHeader);
        return IPv4(source, destination, IpProtocol.Icmp, message, ttl);
    }

    /// <summary>The packet with options: the fused path leaves such ones to the stages.</summary>
    public static byte[] WithOptions(byte[] packet)
    {
        var longer = new byte[packet.Length + OptionBytes];
        packet.AsSpan(0, IPv4Header.MinimumSize).CopyTo(longer);
        longer.AsSpan(IPv4Header.MinimumSize, OptionBytes).Fill(NoOperation);
        packet.AsSpan(IPv4Header.MinimumSize).CopyTo(longer.AsSpan(IPv4Header.MinimumSize + OptionBytes));
        longer[0] = OptionsHeaderStart;
        var header = IPv4Header.At(longer);
        header.TotalLength = (ushort)longer.Length;
        header.UpdateChecksum();
        return longer;
    }

    /// <summary>The packet in an IPIP tunnel.</summary>
    public static byte[] Ipip(IPv4Address source, IPv4Address destination, byte[] inner) => IPv4(source, destination, IpProtocol.IPv4, inner);

    /// <summary>The packet in a VXLAN tunnel.</summary>
    public static byte[] Vxlan(IPv4Address source, IPv4Address destination, byte[] inner)
    {
        var datagram = new byte[UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size + inner.Length];
        var vxlan = datagram.AsSpan(UdpHeader.Size);
        VxlanHeader.Write(vxlan, WarmNode.Vni);
        EthernetHeader.Write(vxlan[VxlanHeader.Size..], WarmNode.VtepMac, WarmNode.PeerVtepMac, EtherType.IPv4);
        inner.CopyTo(vxlan[(VxlanHeader.Size + EthernetHeader.Size)..]);
        UdpHeader.Write(datagram, ClientL4Port, WarmNode.VxlanL4Port, (ushort)datagram.Length).UpdateChecksum(source, destination);
        return IPv4(source, destination, IpProtocol.Udp, datagram);
    }
}
