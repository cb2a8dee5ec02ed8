using VRouter.Core.Frames;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Recording;

/// <summary>What walker-1's pod and the network send: to reachable and unreachable places, too long, too old, in pieces, in tunnels, and wrong.</summary>
internal sealed class DemoTraffic(Random random, int worker, Action<string> sent)
{
    private const string Pod = "192.168.187.211";
    private const string PodMac = "3a:1d:1e:91:f5:9e";
    private const string Uplink = "172.16.6.47";
    private const string UplinkMac = "fa:16:3e:02:8b:17";
    private const string PeerMac = "fa:16:3e:8c:21:13";
    private const string GatewayMac = "00:23:89:8c:e8:31";

    private readonly ScriptedPort?[] ports = new ScriptedPort?[2];

    /// <summary>The node that tunnels of the demo lead to.</summary>
    public static IPv4Address Peer { get; } = IPv4Address.Parse("172.16.6.249");

    /// <summary>The name of a port.</summary>
    public static string NameOf(int index) => index == 0 ? "eth0" : "calie50081a277c";

    /// <summary>The router's MAC address on a port.</summary>
    public static MacAddress RouterMac(int index) => MacAddress.Parse(index == 0 ? UplinkMac : "66:39:fa:e7:9f:a9");

    /// <summary>False: the pod sends no super-frames.</summary>
    public bool HasSuperFrames { get; set; } = true;

    /// <summary>Makes a port with a bad wire.</summary>
    public IPort Open(int index, FramePool pool)
    {
        var port = ports[index] = new ScriptedPort(index, worker, pool, random, sent);
        return new FaultInjectingPort(port, new FaultProfile
        {
            Loss = 0.05, Duplication = 0.05, Corruption = 0.05, Reordering = 0.1, MaximumDelay = 20_000, Seed = (ulong)random.Next(),
        });
    }

    /// <summary>Something arrives on each port.</summary>
    public void Arrive(long now)
    {
        for (var count = random.Next(14); count > 0; count--)
            ports[1]?.Incoming.Enqueue(FromPod());
        for (var count = random.Next(14); count > 0; count--)
            ports[0]!.Incoming.Enqueue((FromNetwork(), null));
        _ = now;
    }

    private string Destination() => random.Next(8) switch
    {
        0 => "192.168.121.2",
        1 => "172.16.6.249",
        2 => "192.168.187.200",
        3 => "10.64." + random.Next(256) + "." + random.Next(256),
        4 => "8.8.8.8",
        _ => "192.168.135.74",
    };

    private (byte[] Bytes, SegmentationRequest? Request) FromPod()
    {
        var destination = Destination();
        switch (random.Next(12))
        {
            case 0:
                return (FrameBuilder.Ethernet(MacAddress.Parse(PodMac), MacAddress.Broadcast, EtherType.Arp,
                    FrameBuilder.Arp(1, PodMac, Pod, "00:00:00:00:00:00", "169.254.1.1")), null);
            case 1:
                return (ToRouter(Udp(destination, 1400 + random.Next(72), ttl: 64, dontFragment: random.Next(2) == 0)), null);
            case 2:
                return (ToRouter(Udp(destination, 40, ttl: (byte)random.Next(3), dontFragment: false)), null);
            case 3 when HasSuperFrames:
                return (ToRouter(Udp(destination, 4000 + random.Next(20_000), ttl: 64, dontFragment: false)), new SegmentationRequest(
                    SegmentationKind.UdpDatagrams, 400 + random.Next(900), EthernetHeader.Size, SegmentationRequest.FirstTransport));
            default:
                return (ToRouter(Udp(destination, random.Next(200), ttl: 64, dontFragment: random.Next(2) == 0)), null);
        }
    }

    private static byte[] ToRouter(byte[] packet) => FrameBuilder.Ethernet(PodMac, "66:39:fa:e7:9f:a9", packet);

    private byte[] Udp(string destination, int length, byte ttl, bool dontFragment) => FrameBuilder.IPv4(
        Pod, destination, IpProtocol.Udp, FrameBuilder.Udp(Pod, destination, (ushort)random.Next(1000, 2000), 53, FrameBuilder.Pattern(length)), ttl, dontFragment: dontFragment);

    private byte[] FromNetwork()
    {
        switch (random.Next(10))
        {
            case 0 or 1:
                var (mac, address) = random.Next(2) == 0 ? (PeerMac, "172.16.6.249") : (GatewayMac, "172.16.6.254");
                return FrameBuilder.Ethernet(MacAddress.Parse(mac), MacAddress.Parse(UplinkMac), EtherType.Arp,
                    FrameBuilder.Arp(2, mac, address, UplinkMac, Uplink));
            case 2:
                return FrameBuilder.Ethernet(MacAddress.Parse(PeerMac), MacAddress.Broadcast, EtherType.Arp,
                    FrameBuilder.Arp(1, PeerMac, "172.16.6.249", "00:00:00:00:00:00", Uplink));
            case 3:
                return FromPeer(FrameBuilder.IPv4("172.16.6.254", Uplink, IpProtocol.Icmp, FragmentationNeeded()));
            case 4:
                var echo = FrameBuilder.EchoRequest();
                return FromPeer(FrameBuilder.IPv4("172.16.6.249", Uplink, IpProtocol.Icmp, echo));
            case 5:
                return FromPeer(FrameBuilder.IPv4("192.168.135.74", Pod, IpProtocol.Udp, FrameBuilder.Udp("192.168.135.74", Pod, 53, 1000, FrameBuilder.Pattern(random.Next(300)))));
            default:
                var inner = FrameBuilder.IPv4("192.168.135.74", Pod, IpProtocol.Udp, FrameBuilder.Udp("192.168.135.74", Pod, 53, 1000, FrameBuilder.Pattern(random.Next(1400))));
                return FromPeer(FrameBuilder.IPv4("172.16.6.249", Uplink, IpProtocol.IPv4, inner));
        }
    }

    // About a packet of ours in a tunnel.
    private byte[] FragmentationNeeded()
    {
        var inner = FrameBuilder.IPv4(Pod, "192.168.135.74", IpProtocol.Udp, FrameBuilder.Pattern(1300), dontFragment: true);
        var outer = FrameBuilder.IPv4(Uplink, "172.16.6.249", IpProtocol.IPv4, inner, dontFragment: true);
        return FrameBuilder.Icmp(3, 4, (uint)random.Next(600, 1300), outer[..(20 + 20 + 64)]);
    }

    private static byte[] FromPeer(byte[] packet) => FrameBuilder.Ethernet(PeerMac, UplinkMac, packet);
}
