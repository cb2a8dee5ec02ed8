using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Fused;

/// <summary>
/// A node where all kinds of ports and routes meet: two pods, one of which may do nearly everything, an uplink of its own, one that the host's kernel shares, a
/// port that is gone; routes plain, connected, into tunnels, over several paths, and to nowhere.
/// </summary>
internal sealed class CrossroadsNode
{
    public const int StrictPod = 0;
    public const int LaxPod = 1;
    public const int Uplink = 2;
    public const int SharedUplink = 3;
    public const int Gone = 4;
    public const int Ports = 5;

    public static readonly IPv4Address Node = IPv4Address.Parse("172.16.6.47");
    public static readonly IPv4Address SharedNode = IPv4Address.Parse("10.30.0.1");
    public static readonly MacAddress UplinkMac = MacAddress.Parse("fa:16:3e:02:8b:17");
    public static readonly MacAddress SharedUplinkMac = MacAddress.Parse("fa:16:3e:02:8b:18");
    public static readonly MacAddress Vtep = MacAddress.Parse("66:00:00:00:00:01");
    public static readonly MacAddress PodMac = MacAddress.Parse("3a:1d:1e:91:f5:9e");
    public static readonly MacAddress PeerMac = MacAddress.Parse("00:23:89:8c:e8:31");

    /// <summary>The nodes that tunnels lead to; frames from others are refused.</summary>
    public static readonly string[] Peers = ["172.16.6.1", "172.16.6.2", "172.16.199.3"];

    /// <summary>The next hops that answer ARP.</summary>
    public static readonly (int Port, string Address)[] Answering =
        [(Uplink, "172.16.6.254"), (Uplink, "172.16.6.1"), (Uplink, "172.16.6.77"), (SharedUplink, "10.30.0.254"), (StrictPod, "192.168.0.10")];

    /// <summary>Addresses of every kind that the node knows, and some that it does not.</summary>
    public static readonly string[] Destinations =
    [
        "192.168.0.10", "192.168.0.11", "192.168.0.12", "192.168.0.60", "192.168.1.5", "192.168.2.5", "192.168.3.5", "192.168.4.5", "192.168.5.5", "192.168.6.5",
        "192.168.7.5", "192.168.8.5", "192.168.9.5", "8.8.8.8", "172.16.6.77", "172.16.6.88", "172.16.6.255", "172.16.6.0", "172.16.6.47", "10.30.0.1", "10.30.0.9",
        "169.254.1.1", "169.254.7.7", "127.0.0.1", "0.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    ];

    private static readonly MultibitTrie Fib = MakeFib();
    private readonly PathMtu[] paths = [new(), new(), new(), new()];

    /// <summary>The paths to the third peer take less than the others.</summary>
    public CrossroadsNode()
    {
        paths[1].Lower(900, 0);
        paths[3].Lower(900, 0);
    }

    /// <summary>The node's tables; each call makes new ones over the same path MTUs.</summary>
    /// <param name="strictVxlan">Whether VXLAN headers must have all reserved bits clear.</param>
    /// <param name="moved">Adjacencies 1 and 5 lead to other neighbors, under the same numbers.</param>
    public ForwardingTables Build(bool strictVxlan, bool moved = false)
    {
        return new ForwardingTables
        {
            Fib = Fib,
            Adjacencies = Adjacencies(moved),
            Ports = [Pod(StrictPod, "192.168.0.10"), Lax(), UplinkEntry(), SharedEntry(), null],
            NodeAddress = Node,
            LocalAddresses = new AddressSet([Node, SharedNode, IPv4Address.WorkloadGateway]),
            IpipPeers = new AddressSet(Peers.Select(peer => IPv4Address.Parse(peer))),
            VxlanPeers = new AddressSet(Peers.Select(peer => IPv4Address.Parse(peer))),
            Vxlan = new VxlanSettings { Vni = 4096, L4Port = 4789, Mac = Vtep, Strict = strictVxlan },
            VxlanL4Ports = [4789, 8472],
            TunnelsByPeer = Adjacencies(moved).Where(adjacency => adjacency.Tunnel is not null).GroupBy(adjacency => adjacency.Tunnel!.Remote)
                .ToDictionary(group => group.Key, IReadOnlyList<Tunnel> (group) => [.. group.Select(adjacency => adjacency.Tunnel!)]),
        };
    }

    // The same for all nodes, whose tables differ in the adjacencies.
    private static MultibitTrie MakeFib()
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Default, 5);
        fib.Set(IPv4Prefix.Parse("172.16.6.0/24"), 4);
        fib.Set(IPv4Prefix.Parse("172.16.6.254/31"), 17);
        fib.Set(IPv4Prefix.Parse("172.16.6.0/31"), 17);
        fib.Set(IPv4Prefix.Host(Node), 3);
        fib.Set(IPv4Prefix.Host(SharedNode), 3);
        fib.Set(IPv4Prefix.Host(IPv4Address.WorkloadGateway), 3);
        fib.Set(IPv4Prefix.Host(IPv4Address.Parse("192.168.0.10")), 1);
        fib.Set(IPv4Prefix.Host(IPv4Address.Parse("192.168.0.11")), 2);
        fib.Set(IPv4Prefix.Host(IPv4Address.Parse("192.168.0.12")), 16);
        fib.Set(IPv4Prefix.Parse("192.168.0.0/26"), 6);
        for (var block = 1; block < 10; block++)
            fib.Set(IPv4Prefix.Parse($"192.168.{block}.0/26"), 6 + block);
        return fib;
    }

    private Adjacency[] Adjacencies(bool moved) =>
    [
        ForwardingTables.NoRouteAdjacency,
        new() { Kind = AdjacencyKind.NextHop, Port = StrictPod, NextHop = IPv4Address.Parse("192.168.0.10"), NextHopMac = moved ? PeerMac : PodMac, Mtu = 1500 },
        new() { Kind = AdjacencyKind.NextHop, Port = LaxPod, NextHop = IPv4Address.Parse("192.168.0.11"), NextHopMac = PodMac, Mtu = 700 },
        new() { Kind = AdjacencyKind.Local },
        new() { Kind = AdjacencyKind.Connected, Port = Uplink, Mtu = 1500 },
        new() { Kind = AdjacencyKind.NextHop, Port = Uplink, NextHop = IPv4Address.Parse(moved ? "172.16.6.77" : "172.16.6.254"), Mtu = 1500 },
        new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteBlackhole },
        Into(TunnelKind.Ipip, 0, 0),
        Into(TunnelKind.Ipip, 2, 1),
        Into(TunnelKind.Vxlan, 1, 2),
        Into(TunnelKind.Vxlan, 2, 3),
        new() { Kind = AdjacencyKind.Multipath, Members = [5, 7, 9, 14, 999] },
        new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteUnreachable },
        new() { Kind = AdjacencyKind.NextHop, Port = Gone, NextHop = IPv4Address.Parse("10.9.9.9"), Mtu = 1500 },
        new() { Kind = AdjacencyKind.NextHop, Port = SharedUplink, NextHop = IPv4Address.Parse("10.30.0.254"), Mtu = 1500 },
        new() { Kind = AdjacencyKind.Multipath },
        new() { Kind = AdjacencyKind.NextHop, Port = StrictPod, NextHop = IPv4Address.Parse("192.168.0.10"), Mtu = 1500 },
        new() { Kind = AdjacencyKind.Connected, Port = Uplink, NextHopMac = PeerMac, Mtu = 1500 },
    ];

    private Adjacency Into(TunnelKind kind, int peer, int path) => new()
    {
        Kind = kind == TunnelKind.Ipip ? AdjacencyKind.Ipip : AdjacencyKind.Vxlan,
        Port = Uplink,
        NextHop = IPv4Address.Parse(peer == 2 ? "172.16.6.254" : Peers[peer]),
        Mtu = kind == TunnelKind.Ipip ? 1480 : 1450,
        Tunnel = new Tunnel
        {
            Kind = kind, Local = Node, Remote = IPv4Address.Parse(Peers[peer]), Vni = 4096, L4Port = 4789, LocalMac = Vtep,
            RemoteMac = MacAddress.Parse("66:00:00:00:00:02"), PathMtu = paths[path],
        },
    };

    private static PortEntry Pod(int index, string address) => new()
    {
        Index = index, Name = $"pod{index}", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 1500,
        WorkloadAddresses = [IPv4Address.Parse(address)], WorkloadMac = PodMac,
    };

    private static PortEntry Lax() => Pod(LaxPod, "192.168.0.11") with
    {
        // The last one has no route of its own: the default route leads elsewhere.
        WorkloadAddresses = [IPv4Address.Parse("192.168.0.11"), IPv4Address.Parse("192.168.0.13"), IPv4Address.Parse("192.168.40.9")],
        AllowedSources = [IPv4Prefix.Parse("192.168.40.0/24")],
        AllowIpip = true,
        AllowVxlan = true,
    };

    private static PortEntry UplinkEntry() => new()
    {
        Index = Uplink, Name = "eth0", Role = PortRole.Uplink, Mac = UplinkMac, Mtu = 1500, Address = Node, Subnet = IPv4Prefix.Parse("172.16.6.0/24"),
    };

    private static PortEntry SharedEntry() => new()
    {
        Index = SharedUplink, Name = "eth1", Role = PortRole.Uplink, Mac = SharedUplinkMac, Mtu = 1500, Address = SharedNode,
        Subnet = IPv4Prefix.Parse("10.30.0.0/24"), HasHostStack = true,
    };
}
