using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>
/// The tables of one node for stage tests: walker-1 (172.16.6.47/24, gateway .254) with an uplink, port 0, and two workloads: busybox-1
/// (192.168.187.211, fixed MAC address) on port 1, and 192.168.187.209, whose MAC address ARP finds, on port 2. Port 3 is gone.
/// </summary>
internal static class NodeTables
{
    public const int Uplink = 0;
    public const int Busybox = 1;
    public const int Other = 2;
    public const int Gone = 3;

    public const int LocalRoute = 1;
    public const int BusyboxRoute = 2;
    public const int OtherRoute = 3;
    public const int ConnectedRoute = 4;
    public const int GatewayRoute = 5;
    public const int BlackholeRoute = 6;
    public const int UnreachableRoute = 7;
    public const int MultipathElsewhereRoute = 8;
    public const int MultipathBusyboxRoute = 9;
    public const int IpipRoute = 10;
    public const int GoneRoute = 11;

    public const string UplinkMac = "fa:16:3e:02:8b:17";
    public const string GatewayMac = "00:23:89:8c:e8:31";
    public const string BusyboxMac = "3a:1d:1e:91:f5:9e";
    public const string OtherMac = "de:16:fc:1c:44:35";
    public const string WorkloadGatewayMac = "ee:ee:ee:ee:ee:ee";
    public const string BroadcastMac = "ff:ff:ff:ff:ff:ff";

    public const string NodeAddress = "172.16.6.47";
    public const string GatewayAddress = "172.16.6.254";
    public const string PeerAddress = "172.16.199.114";
    public const string BusyboxAddress = "192.168.187.211";
    public const string OtherAddress = "192.168.187.209";
    public const string RemoteAddress = "192.168.121.2";

    public static PortEntry UplinkPort { get; } = new()
    {
        Index = Uplink,
        Name = "eth0",
        Role = PortRole.Uplink,
        Mac = MacAddress.Parse(UplinkMac),
        Mtu = 1500,
        Address = IPv4Address.Parse(NodeAddress),
        Subnet = IPv4Prefix.Parse("172.16.6.0/24"),
        HasHostStack = true,
    };

    public static PortEntry BusyboxPort { get; } = new()
    {
        Index = Busybox,
        Name = "calie50081a277c",
        Role = PortRole.Workload,
        Mac = MacAddress.WorkloadGateway,
        Mtu = 1500,
        WorkloadAddresses = [IPv4Address.Parse(BusyboxAddress), IPv4Address.Parse("192.168.187.212")],
        AllowedSources = [IPv4Prefix.Parse("10.9.0.0/16")],
        WorkloadMac = MacAddress.Parse(BusyboxMac),
    };

    public static PortEntry OtherPort { get; } = new()
    {
        Index = Other,
        Name = "calic6611247c43",
        Role = PortRole.Workload,
        Mac = MacAddress.WorkloadGateway,
        Mtu = 1500,
        WorkloadAddresses = [IPv4Address.Parse(OtherAddress)],
    };

    /// <summary>The tables of a node whose kernel shares the uplink.</summary>
    public static ForwardingTables Shared => Build(UplinkPort);

    /// <summary>The tables of a node that has the uplink to itself.</summary>
    public static ForwardingTables Alone => Build(UplinkPort with { HasHostStack = false });

    public static uint Value(string address) => IPv4Address.Parse(address).Value;

    public static ForwardingTables Build(PortEntry? uplink, PortEntry? other = null, VxlanSettings? vxlan = null, AddressSet? peers = null)
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Parse("172.16.6.0/24"), ConnectedRoute);
        fib.Set(IPv4Prefix.Parse("172.16.6.47/32"), LocalRoute);
        fib.Set(IPv4Prefix.Parse("172.16.0.0/16"), GatewayRoute);
        fib.Set(IPv4Prefix.Parse("192.168.187.192/26"), BlackholeRoute);
        fib.Set(IPv4Prefix.Parse("192.168.187.211/32"), BusyboxRoute);
        fib.Set(IPv4Prefix.Parse("192.168.187.212/32"), BusyboxRoute);
        fib.Set(IPv4Prefix.Parse("192.168.187.209/32"), OtherRoute);
        fib.Set(IPv4Prefix.Parse("192.168.121.0/26"), IpipRoute);
        fib.Set(IPv4Prefix.Parse("10.1.0.0/16"), UnreachableRoute);
        fib.Set(IPv4Prefix.Parse("10.2.0.0/16"), MultipathElsewhereRoute);
        fib.Set(IPv4Prefix.Parse("10.3.0.0/16"), MultipathBusyboxRoute);
        fib.Set(IPv4Prefix.Parse("10.9.1.0/24"), BusyboxRoute);
        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                new Adjacency { Kind = AdjacencyKind.Local },
                new Adjacency
                {
                    Kind = AdjacencyKind.NextHop,
                    Port = Busybox,
                    NextHop = IPv4Address.Parse(BusyboxAddress),
                    NextHopMac = MacAddress.Parse(BusyboxMac),
                    Mtu = 1500,
                },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = Other, NextHop = IPv4Address.Parse(OtherAddress), Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.Connected, Port = Uplink, Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = Uplink, NextHop = IPv4Address.Parse(GatewayAddress), Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteBlackhole },
                new Adjacency { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteUnreachable },
                new Adjacency { Kind = AdjacencyKind.Multipath, Members = [BusyboxRoute, GatewayRoute] },
                new Adjacency { Kind = AdjacencyKind.Multipath, Members = [BusyboxRoute] },
                new Adjacency
                {
                    Kind = AdjacencyKind.Ipip,
                    Port = Uplink,
                    NextHop = IPv4Address.Parse(GatewayAddress),
                    Mtu = 1480,
                    Tunnel = new Tunnel
                    {
                        Kind = TunnelKind.Ipip,
                        Local = IPv4Address.Parse(NodeAddress),
                        Remote = IPv4Address.Parse(PeerAddress),
                        PathMtu = new PathMtu(),
                    },
                },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = Gone, NextHop = IPv4Address.Parse(GatewayAddress), Mtu = 1500 },
            ],
            Ports = [uplink, BusyboxPort, other ?? OtherPort, null],
            NodeAddress = IPv4Address.Parse(NodeAddress),
            LocalAddresses = new AddressSet([IPv4Address.Parse(NodeAddress)]),
            Vxlan = vxlan,
            IpipPeers = peers ?? AddressSet.Empty,
            VxlanPeers = peers ?? AddressSet.Empty,
        };
    }
}
