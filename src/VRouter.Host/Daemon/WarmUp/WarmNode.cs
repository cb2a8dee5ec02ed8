using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>
/// The node that a warm-up routes for: two workloads, a shared uplink, and a route of every kind. It exists in memory only; its addresses are those that
/// RFC 5737 keeps for examples, and no frame of it ever leaves.
/// </summary>
internal static class WarmNode
{
    public const int PodPort = 0;
    public const int OtherPodPort = 1;
    public const int UplinkPort = 2;
    public const int Mtu = 1500;
    public const uint Vni = 4096;
    public const ushort VxlanL4Port = VxlanHeader.AssignedPort;

    public static IPv4Address Node { get; } = new(192, 0, 2, 1);

    /// <summary>A node of the subnet: next hop of all remote routes, and end of both tunnels.</summary>
    public static IPv4Address Peer { get; } = new(192, 0, 2, 2);

    /// <summary>An address of the subnet that never answers ARP.</summary>
    public static IPv4Address Silent { get; } = new(192, 0, 2, 77);

    /// <summary>A sender of the subnet that is no node.</summary>
    public static IPv4Address Stranger { get; } = new(192, 0, 2, 99);

    public static IPv4Address Pod { get; } = new(198, 51, 100, 10);

    /// <summary>The workload whose MAC address only ARP tells.</summary>
    public static IPv4Address OtherPod { get; } = new(198, 51, 100, 11);

    /// <summary>An unused address of the node's own block.</summary>
    public static IPv4Address Unused { get; } = new(198, 51, 100, 12);

    public static IPv4Address BehindPeer { get; } = new(203, 0, 113, 1);

    public static IPv4Address BehindIpip { get; } = new(203, 0, 113, 65);

    public static IPv4Address BehindVxlan { get; } = new(203, 0, 113, 129);

    public static IPv4Address BehindSeveral { get; } = new(203, 0, 113, 193);

    public static IPv4Address Unreachable { get; } = new(203, 0, 113, 225);

    public static IPv4Address Nowhere { get; } = new(198, 18, 0, 1);

    public static MacAddress NodeMac { get; } = new(0x0200_0000_0001);

    public static MacAddress PeerMac { get; } = new(0x0200_0000_0002);

    public static MacAddress PodMac { get; } = new(0x0200_0000_0010);

    public static MacAddress OtherPodMac { get; } = new(0x0200_0000_0011);

    public static MacAddress VtepMac { get; } = new(0x6600_0000_0001);

    public static MacAddress PeerVtepMac { get; } = new(0x6600_0000_0002);

    private static IPv4Prefix Subnet => new(Node, 24);

    /// <summary>What the node's stages read.</summary>
    public static ForwardingTables Tables()
    {
        Tunnel[] tunnels = [Into(TunnelKind.Ipip), Into(TunnelKind.Vxlan)];
        var peers = new AddressSet([Peer]);
        return new ForwardingTables
        {
            Fib = MultibitTrie.Build(
            [
                KeyValuePair.Create(IPv4Prefix.Host(Pod), 1),
                KeyValuePair.Create(IPv4Prefix.Host(OtherPod), 2),
                KeyValuePair.Create(IPv4Prefix.Host(Node), 3),
                KeyValuePair.Create(IPv4Prefix.Host(IPv4Address.WorkloadGateway), 3),
                KeyValuePair.Create(Subnet, 4),
                KeyValuePair.Create(new IPv4Prefix(BehindPeer, 26), 5),
                KeyValuePair.Create(new IPv4Prefix(BehindIpip, 26), 6),
                KeyValuePair.Create(new IPv4Prefix(BehindVxlan, 26), 7),
                KeyValuePair.Create(new IPv4Prefix(BehindSeveral, 27), 8),
                KeyValuePair.Create(new IPv4Prefix(Unreachable, 27), 9),
                KeyValuePair.Create(new IPv4Prefix(Pod, 26), 10),
            ]),
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                new() { Kind = AdjacencyKind.NextHop, Port = PodPort, NextHop = Pod, NextHopMac = PodMac, Mtu = Mtu },
                new() { Kind = AdjacencyKind.NextHop, Port = OtherPodPort, NextHop = OtherPod, Mtu = Mtu },
                new() { Kind = AdjacencyKind.Local },
                new() { Kind = AdjacencyKind.Connected, Port = UplinkPort, Mtu = Mtu },
                new() { Kind = AdjacencyKind.NextHop, Port = UplinkPort, NextHop = Peer, Mtu = Mtu },
                new() { Kind = AdjacencyKind.Ipip, Port = UplinkPort, NextHop = Peer, Mtu = Mtu - Tunnel.IpipOverhead, Tunnel = tunnels[0] },
                new() { Kind = AdjacencyKind.Vxlan, Port = UplinkPort, NextHop = Peer, Mtu = Mtu - Tunnel.VxlanOverhead, Tunnel = tunnels[1] },
                new() { Kind = AdjacencyKind.Multipath, Members = [5, 6, 7] },
                new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteUnreachable },
                new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteBlackhole },
            ],
            Ports =
            [
                new PortEntry
                {
                    Index = PodPort, Name = "pod", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = Mtu,
                    WorkloadAddresses = [Pod], WorkloadMac = PodMac,
                },
                new PortEntry
                {
                    Index = OtherPodPort, Name = "other-pod", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = Mtu,
                    WorkloadAddresses = [OtherPod],
                },
                new PortEntry
                {
                    Index = UplinkPort, Name = "uplink", Role = PortRole.Uplink, Mac = NodeMac, Mtu = Mtu, Address = Node, Subnet = Subnet, HasHostStack = true,
                },
            ],
            NodeAddress = Node,
            LocalAddresses = new AddressSet([Node, IPv4Address.WorkloadGateway]),
            IpipPeers = peers,
            VxlanPeers = peers,
            Vxlan = new VxlanSettings { Vni = Vni, L4Port = VxlanL4Port, Mac = VtepMac },
            VxlanL4Ports = [VxlanL4Port],
            TunnelsByPeer = new Dictionary<IPv4Address, IReadOnlyList<Tunnel>> { [Peer] = tunnels },
        };
    }

    private static Tunnel Into(TunnelKind kind) => new()
    {
        Kind = kind, Local = Node, Remote = Peer, Vni = Vni, L4Port = VxlanL4Port, LocalMac = VtepMac, RemoteMac = PeerVtepMac, PathMtu = new PathMtu(),
    };
}
