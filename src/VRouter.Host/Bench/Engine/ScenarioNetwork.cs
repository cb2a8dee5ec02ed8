using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Bench.Engine;

/// <summary>
/// The network around the measured node: a workload port (0) with one pod, an uplink (1) in 172.16.0.0/16, peer nodes there from 172.16.1.0 on, and their
/// /26 blocks from 10.0.0.0 on.
/// </summary>
internal static class ScenarioNetwork
{
    public const int WorkloadPort = 0;
    public const int UplinkPort = 1;
    public const uint Vni = 4096;
    public const ushort VxlanL4Port = 4789;

    /// <summary>The adjacency of the first peer.</summary>
    public const int FirstPeerAdjacency = 3;

    private const int LargestOverhead = 50;
    private const int UsualMtu = 1500;

    public static IPv4Address Node { get; } = new(172, 16, 0, 200);

    public static IPv4Address Pod { get; } = new(192, 168, 0, 10);

    public static MacAddress NodeMac { get; } = MacAddress.Parse("fa:16:3e:02:8b:17");

    public static MacAddress PodMac { get; } = MacAddress.Parse("3a:1d:1e:91:f5:9e");

    public static MacAddress VtepMac { get; } = MacAddress.Parse("66:00:00:00:00:01");

    /// <summary>Where frames to the routes of a table must not go, because the engine would not forward them to a peer.</summary>
    public static IPv4Prefix[] NotForwarded { get; } =
    [
        IPv4Prefix.Parse("0.0.0.0/8"), IPv4Prefix.Parse("127.0.0.0/8"), IPv4Prefix.Parse("169.254.0.0/16"), IPv4Prefix.Parse("224.0.0.0/3"), Subnet, IPv4Prefix.Host(Pod),
    ];

    private static IPv4Prefix Subnet => new(Node, 16);

    public static IPv4Address PeerAddress(int peer) => new(0xac100100u + (uint)peer);

    public static MacAddress PeerMac(int peer) => new(0xfa163e000000u + (ulong)peer);

    public static IPv4Prefix Block(int index) => new(new IPv4Address(0x0a000000u + ((uint)index << 6)), 26);

    /// <summary>The MTU of the links for packets of a size: a usual one unless that is too small.</summary>
    public static int LinkMtu(int packetSize) => Math.Max(UsualMtu, packetSize + LargestOverhead);

    /// <summary>The tables with a given number of blocks, block by block in turn to the peers.</summary>
    public static ForwardingTables WithBlocks(ForwardingPath path, int blocks, int peers, int linkMtu) =>
        Tables(path, Enumerable.Range(0, blocks).Select(block => KeyValuePair.Create(Block(block), 1 + (block % peers))), peers, linkMtu);

    /// <summary>The tables with given routes to peers, which are numbered from 1 there.</summary>
    public static ForwardingTables Tables(ForwardingPath path, IEnumerable<KeyValuePair<IPv4Prefix, int>> routes, int peers, int linkMtu)
    {
        var addresses = new AddressSet(Enumerable.Range(0, peers).Select(PeerAddress));
        return new ForwardingTables
        {
            Fib = MultibitTrie.Build(routes
                .Select(route => KeyValuePair.Create(route.Key, route.Value - 1 + FirstPeerAdjacency))
                .Concat([KeyValuePair.Create(IPv4Prefix.Host(Pod), 1), KeyValuePair.Create(IPv4Prefix.Host(Node), 2)])),
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                new() { Kind = AdjacencyKind.NextHop, Port = WorkloadPort, NextHop = Pod, NextHopMac = PodMac, Mtu = linkMtu },
                new() { Kind = AdjacencyKind.Local },
                .. Enumerable.Range(0, peers).Select(peer => ToPeer(path, peer, linkMtu - LargestOverhead)),
            ],
            Ports =
            [
                new PortEntry
                {
                    Index = WorkloadPort, Name = "pod", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = linkMtu,
                    WorkloadAddresses = [Pod], WorkloadMac = PodMac,
                },
                new PortEntry
                {
                    Index = UplinkPort, Name = "eth0", Role = PortRole.Uplink, Mac = NodeMac, Mtu = linkMtu, Address = Node, Subnet = Subnet,
                },
            ],
            NodeAddress = Node,
            LocalAddresses = new AddressSet([Node]),
            IpipPeers = addresses,
            VxlanPeers = addresses,
            Vxlan = new VxlanSettings { Vni = Vni, L4Port = VxlanL4Port, Mac = VtepMac },
        };
    }

    private static Adjacency ToPeer(ForwardingPath path, int peer, int mtu)
    {
        var kind = path switch
        {
            ForwardingPath.IpipEncap => AdjacencyKind.Ipip,
            ForwardingPath.VxlanEncap => AdjacencyKind.Vxlan,
            _ => AdjacencyKind.NextHop,
        };
        var tunnel = kind == AdjacencyKind.NextHop ? null : new Tunnel
        {
            Kind = kind == AdjacencyKind.Vxlan ? TunnelKind.Vxlan : TunnelKind.Ipip,
            Local = Node,
            Remote = PeerAddress(peer),
            Vni = Vni,
            L4Port = VxlanL4Port,
            LocalMac = VtepMac,
            RemoteMac = PeerMac(peer),
            PathMtu = new PathMtu(),
        };
        return new Adjacency { Kind = kind, Port = UplinkPort, NextHop = PeerAddress(peer), Mtu = mtu, Tunnel = tunnel };
    }
}
