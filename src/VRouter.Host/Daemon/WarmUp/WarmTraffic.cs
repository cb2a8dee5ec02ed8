using VRouter.Core.Wire;
using static VRouter.Host.Daemon.WarmUp.WarmNode;
using static VRouter.Host.Daemon.WarmUp.WarmPackets;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>The frames of a warm-up, by the port that they come in by.</summary>
internal sealed class WarmTraffic
{
    private static readonly IPv4Address[] Remote = [BehindPeer, BehindIpip, BehindVxlan, BehindSeveral];

    /// <summary>Packets between workloads and to other nodes, for whose next hops the router has to ask.</summary>
    public (int Port, byte[] Frame)[] Unresolved { get; } =
    [
        (PodPort, Arp(ArpOperation.Request, PodMac, Pod, default, IPv4Address.WorkloadGateway)),
        (OtherPodPort, Arp(ArpOperation.Request, OtherPodMac, OtherPod, default, IPv4Address.WorkloadGateway)),
        .. Remote.Select(destination => FromPod(Echo(Pod, destination))),
        FromPod(Echo(Pod, OtherPod)),
        FromPod(Echo(Pod, Peer)),
        FromPod(Echo(Pod, Silent)),
        FromPod(Udp(Pod, Silent)),
    ];

    /// <summary>Bytes of payload of a datagram of <see cref="SuperFrames"/>.</summary>
    public const int SegmentSize = 700;

    /// <summary>The answers to the router's ARP requests.</summary>
    public (int Port, byte[] Frame)[] Resolving { get; } =
    [
        (UplinkPort, Arp(ArpOperation.Reply, PeerMac, Peer, NodeMac, Node)),
        (OtherPodPort, Arp(ArpOperation.Reply, OtherPodMac, OtherPod, MacAddress.WorkloadGateway, IPv4Address.WorkloadGateway)),
    ];

    /// <summary>Packets that are forwarded as most are: plain, into tunnels and out of them.</summary>
    public (int Port, byte[] Frame)[] Usual { get; } =
    [
        .. Remote.Append(OtherPod).Append(Peer).SelectMany(destination => new[] { FromPod(Udp(Pod, destination)), FromPod(Tcp(Pod, destination)), FromPod(Echo(Pod, destination)) }),
        .. Remote.SelectMany(source => new[] { Udp(source, Pod), Tcp(source, Pod), Echo(source, Pod, IcmpType.EchoReply) }).SelectMany(EveryWayIn),
    ];

    /// <summary>Datagrams of <see cref="SegmentSize"/> bytes in one super-frame: into every way, and without DF, so that those into tunnels are cut before.</summary>
    public (int Port, byte[] Frame)[] SuperFrames { get; } =
    [
        .. Remote.Append(OtherPod).SelectMany(destination => new[]
        {
            FromPod(Udp(Pod, destination, length: 2 * SegmentSize, dontFragment: true)), FromPod(Udp(Pod, destination, length: 2 * SegmentSize)),
        }),
    ];

    /// <summary>Packets that the router answers, refuses, cuts or delivers, and some that only the stages forward.</summary>
    public (int Port, byte[] Frame)[] Odd { get; } =
    [
        // ARP: by proxy, of the router's own address, for an address that is its own or nobody's, with a false sender; the uplink's.
        (PodPort, Arp(ArpOperation.Request, PodMac, Pod, default, BehindPeer)),
        (PodPort, Arp(ArpOperation.Request, PodMac, Pod, default, Pod)),
        (PodPort, Arp(ArpOperation.Request, PodMac, Pod, default, Nowhere)),
        (PodPort, Arp(ArpOperation.Request, PodMac, Stranger, default, Node)),
        (PodPort, Arp(ArpOperation.Request, PodMac, IPv4Address.Any, default, Pod)),
        (UplinkPort, Arp(ArpOperation.Request, PeerMac, Peer, default, Node)),
        // For the router itself.
        FromPod(Echo(Pod, Node)),
        FromPod(Echo(Pod, IPv4Address.WorkloadGateway)),
        FromPod(Udp(Pod, Node)),
        FromPod(Tcp(Pod, Node)),
        FromPod(IPv4(Pod, Node, IpProtocol.Sctp, new byte[12])),
        // ICMP errors.
        FromPod(Echo(Pod, BehindPeer, ttl: 1)),
        FromPod(Echo(Pod, BehindIpip, ttl: 1)),
        FromPod(Udp(Pod, BehindIpip, length: 1460, dontFragment: true)),
        FromPod(Udp(Pod, BehindVxlan, length: 1460, dontFragment: true)),
        FromPod(Echo(Pod, Unreachable)),
        FromPod(Echo(Pod, Nowhere)),
        .. EveryWayIn(Udp(BehindIpip, Pod, ttl: 1)),
        // Fragments.
        FromPod(Udp(Pod, BehindIpip, length: 1460)),
        FromPod(Udp(Pod, BehindVxlan, length: 1460)),
        // What the fused path leaves to the stages.
        .. Remote.Append(OtherPod).Append(Peer).Select(destination => FromPod(WithOptions(Udp(Pod, destination)))),
        .. EveryWayIn(WithOptions(Udp(BehindIpip, Pod))),
        // Drops.
        FromPod(Echo(Pod, Unused)),
        FromPod(Echo(Stranger, BehindPeer)),
        FromPod(Ipip(Pod, Peer, Echo(Pod, BehindIpip))),
        FromPod(Udp(Pod, Peer, l4Port: VxlanL4Port)),
        FromPod(Udp(Pod, new IPv4Address(127, 0, 0, 1))),
        FromPod(Udp(Pod, new IPv4Address(224, 0, 0, 1))),
        FromPod(Udp(Pod, IPv4Address.LimitedBroadcast)),
        FromPod(Udp(Pod, new IPv4Address(192, 0, 2, 255))),
        (PodPort, Ethernet(PodMac, NodeMac, Udp(Pod, BehindPeer))),
        (PodPort, Ethernet(PodMac, MacAddress.WorkloadGateway, new byte[40], EtherType.IPv6)),
        (PodPort, Ethernet(PodMac, MacAddress.WorkloadGateway, new byte[40])),
        (PodPort, new byte[8]),
        FromUplink(Ipip(Stranger, Node, Echo(BehindIpip, Pod))),
        FromUplink(Vxlan(Stranger, Node, Echo(BehindVxlan, Pod))),
        // For the host behind the uplink; what a router on the way to the peer says about tunnel packets, and about others.
        FromUplink(Udp(Peer, Node)),
        FromUplink(Echo(Peer, Node)),
        FromUplink(Udp(Peer, IPv4Address.LimitedBroadcast)),
        FromUplink(TooBig(Ipip(Node, Peer, Udp(Pod, BehindIpip, length: 1400, dontFragment: true)))),
        FromUplink(TooBig(Vxlan(Node, Peer, Udp(Pod, BehindVxlan, length: 1400, dontFragment: true)))),
        FromUplink(TooBig(Udp(Node, Peer, length: 1400))),
    ];

    private static (int Port, byte[] Frame) FromPod(byte[] packet) => (PodPort, Ethernet(PodMac, MacAddress.WorkloadGateway, packet));

    private static (int Port, byte[] Frame) FromUplink(byte[] packet) => (UplinkPort, Ethernet(PeerMac, NodeMac, packet));

    private static (int Port, byte[] Frame)[] EveryWayIn(byte[] packet) =>
        [FromUplink(packet), FromUplink(Ipip(Peer, Node, packet)), FromUplink(Vxlan(Peer, Node, packet))];

    // RFC 1191 §4: the MTU of the next hop stands in the low half of the header's last word. Routers quote 548 bytes and more (RFC 1812 §4.3.2.3); these do 128.
    private static byte[] TooBig(byte[] packet) =>
        Icmp(Stranger, Node, IcmpType.DestinationUnreachable, IcmpUnreachableCode.FragmentationNeeded, 1300, packet[..128]);
}
