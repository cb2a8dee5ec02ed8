using VRouter.Core.Wire;
using VRouter.Host.Demo;

namespace VRouter.Host.Tests.Demo;

public class PacketHeadersTests
{
    private static readonly MacAddress Near = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress Far = MacAddress.Parse("02:00:00:00:00:02");
    private static readonly MacAddress InnerNear = MacAddress.Parse("66:00:00:00:00:01");
    private static readonly MacAddress InnerFar = MacAddress.Parse("66:00:00:00:00:02");
    private static readonly IPv4Address Pod1 = IPv4Address.Parse("192.168.187.211");
    private static readonly IPv4Address Pod3 = IPv4Address.Parse("192.168.121.2");
    private static readonly IPv4Address Node1 = IPv4Address.Parse("172.16.6.47");
    private static readonly IPv4Address Node3 = IPv4Address.Parse("172.16.199.114");

    [Fact]
    public void Read_PlainFrame_HasNoTunnel()
    {
        var headers = PacketHeaders.Read(Frame(Echo()), 4789)!;

        Assert.Equal((Near, Far, Pod1, Pod3), (headers.SourceMac, headers.DestinationMac, headers.Source, headers.Destination));
        Assert.Equal((IpProtocol.Icmp, (byte)63, (byte?)IcmpType.EchoRequest), (headers.Protocol, headers.Ttl, headers.IcmpType));
        Assert.Null(headers.Tunnel);
    }

    [Fact]
    public void Read_Ipip_GivesInnerAndOuterAddresses()
    {
        var headers = PacketHeaders.Read(Frame(Outer(IpProtocol.IPv4, Echo())), 4789)!;

        Assert.Equal((Pod1, Pod3, (byte?)IcmpType.EchoRequest), (headers.Source, headers.Destination, headers.IcmpType));
        Assert.Equal((Node1, Node3, (byte)64), (headers.Tunnel!.Source, headers.Tunnel.Destination, headers.Tunnel.Ttl));
        Assert.Null(headers.Tunnel.Vxlan);
    }

    [Fact]
    public void Read_Vxlan_GivesPortsVniAndInnerMacs()
    {
        var headers = PacketHeaders.Read(Frame(Outer(IpProtocol.Udp, Vxlan(4789))), 4789)!;

        Assert.Equal((Pod1, Pod3, (byte?)IcmpType.EchoRequest), (headers.Source, headers.Destination, headers.IcmpType));
        Assert.Equal((Node1, Node3), (headers.Tunnel!.Source, headers.Tunnel.Destination));
        Assert.Equal(new VxlanFields(50000, 4789, 4096, InnerNear, InnerFar), headers.Tunnel.Vxlan);
    }

    [Fact]
    public void Read_UdpToAnotherPort_IsPlain()
    {
        var headers = PacketHeaders.Read(Frame(Outer(IpProtocol.Udp, Vxlan(8472))), 4789)!;

        Assert.Equal((Node1, Node3), (headers.Source, headers.Destination));
        Assert.Null(headers.Tunnel);
        Assert.Null(headers.IcmpType);
    }

    [Fact]
    public void Read_EveryTruncation_GivesNullOrLess()
    {
        var frame = Frame(Outer(IpProtocol.Udp, Vxlan(4789)));

        for (var length = 0; length < frame.Length; length++)
            Assert.Null(PacketHeaders.Read(frame.AsSpan(0, length), 4789));
    }

    [Fact]
    public void Read_Arp_IsNull()
    {
        var frame = new byte[EthernetHeader.Size + ArpHeader.Size];
        EthernetHeader.Write(frame, Far, Near, EtherType.Arp);

        Assert.Null(PacketHeaders.Read(frame, 4789));
    }

    private static byte[] Frame(byte[] packet)
    {
        byte[] frame = [.. new byte[EthernetHeader.Size], .. packet];
        EthernetHeader.Write(frame, Far, Near, EtherType.IPv4);
        return frame;
    }

    private static byte[] Echo()
    {
        var packet = new byte[IPv4Header.MinimumSize + IcmpHeader.Size];
        IcmpHeader.Write(packet.AsSpan(IPv4Header.MinimumSize), IcmpType.EchoRequest, 0, 1);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Icmp, Pod1, Pod3, ttl: 63);
        return packet;
    }

    private static byte[] Outer(byte protocol, byte[] payload)
    {
        byte[] packet = [.. new byte[IPv4Header.MinimumSize], .. payload];
        IPv4Header.Write(packet, (ushort)packet.Length, protocol, Node1, Node3);
        return packet;
    }

    private static byte[] Vxlan(ushort port)
    {
        byte[] inner = [.. new byte[EthernetHeader.Size], .. Echo()];
        EthernetHeader.Write(inner, InnerFar, InnerNear, EtherType.IPv4);
        byte[] datagram = [.. new byte[UdpHeader.Size + VxlanHeader.Size], .. inner];
        VxlanHeader.Write(datagram.AsSpan(UdpHeader.Size), 4096);
        UdpHeader.Write(datagram, 50000, port, (ushort)datagram.Length);
        return datagram;
    }
}
