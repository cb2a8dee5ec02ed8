using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>
/// Tables of the node walker-1: busybox-1 on port 0, the uplink on port 1, a workload with privileges on port 2; demi-1 is reached by IPIP through the
/// gateway, walker-2 by VXLAN in the subnet.
/// </summary>
internal sealed class WalkerNode
{
    public const int BusyboxPort = 0;
    public const int UplinkPort = 1;
    public const int PrivilegedPort = 2;

    public const int NoRoute = 0;
    public const int Local = 1;
    public const int Busybox = 2;
    public const int Privileged = 3;
    public const int Subnet = 4;
    public const int Gateway = 5;
    public const int IpipToDemi = 6;
    public const int VxlanToWalker2 = 7;
    public const int Blackhole = 8;
    public const int Unreachable = 9;
    public const int Multipath = 10;
    public const int PortGone = 11;

    public const string BusyboxAddress = "192.168.187.211";
    public const string PrivilegedAddress = "192.168.187.209";
    public const string NodeAddress = "172.16.6.47";
    public const string GatewayAddress = "172.16.6.254";
    public const string DemiAddress = "172.16.199.114";
    public const string Walker2Address = "172.16.6.249";
    public const string Busybox2Address = "192.168.135.74";
    public const string Busybox3Address = "192.168.121.2";

    /// <summary>VTEP addresses.</summary>
    public static readonly MacAddress WalkerVtep = MacAddress.Parse("66:11:11:11:11:11");
    public static readonly MacAddress Walker2Vtep = MacAddress.Parse("66:22:22:22:22:22");

    public bool HasHostStack { get; init; }

    public bool StrictVxlan { get; init; }

    public bool TunnelsInUse { get; init; } = true;

    public int[] Members { get; init; } = [Gateway, IpipToDemi, VxlanToWalker2];

    public PathMtu PathToDemi { get; } = new();

    public PathMtu PathToWalker2 { get; } = new();

    public MultibitTrie Fib { get; } = new();

    public static IPv4Address Address(string text) => IPv4Address.Parse(text);

    public ForwardingTables Build()
    {
        var ipip = new Tunnel { Kind = TunnelKind.Ipip, Local = Address(NodeAddress), Remote = Address(DemiAddress), PathMtu = PathToDemi };
        var vxlan = new Tunnel
        {
            Kind = TunnelKind.Vxlan,
            Local = Address(NodeAddress),
            Remote = Address(Walker2Address),
            Vni = 4096,
            L4Port = VxlanHeader.AssignedPort,
            LocalMac = WalkerVtep,
            RemoteMac = Walker2Vtep,
            PathMtu = PathToWalker2,
        };
        Route("172.16.6.47/32", Local);
        Route("192.168.187.211/32", Busybox);
        Route("192.168.187.209/32", Privileged);
        Route("172.16.6.0/24", Subnet);
        Route("0.0.0.0/0", Gateway);
        Route("192.168.121.0/26", IpipToDemi);
        Route("192.168.135.64/26", VxlanToWalker2);
        Route("192.168.187.192/26", Blackhole);
        Route("10.66.0.0/16", Unreachable);
        Route("10.77.0.0/16", Multipath);
        Route("10.88.0.0/16", PortGone);
        return new ForwardingTables
        {
            Fib = Fib,
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                new Adjacency { Kind = AdjacencyKind.Local },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = BusyboxPort, NextHop = Address(BusyboxAddress), Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = PrivilegedPort, NextHop = Address(PrivilegedAddress), Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.Connected, Port = UplinkPort, Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = UplinkPort, NextHop = Address(GatewayAddress), Mtu = 1500 },
                new Adjacency { Kind = AdjacencyKind.Ipip, Port = UplinkPort, NextHop = Address(GatewayAddress), Mtu = 1480, Tunnel = ipip },
                new Adjacency { Kind = AdjacencyKind.Vxlan, Port = UplinkPort, NextHop = Address(Walker2Address), Mtu = 1450, Tunnel = vxlan },
                new Adjacency { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteBlackhole },
                new Adjacency { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteUnreachable },
                new Adjacency { Kind = AdjacencyKind.Multipath, Members = Members },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = 3, NextHop = Address("10.88.0.1"), Mtu = 1500 },
            ],
            Ports =
            [
                Workload(BusyboxPort, "calie50081a277c", BusyboxAddress),
                new PortEntry
                {
                    Index = UplinkPort,
                    Name = "eth0",
                    Role = PortRole.Uplink,
                    Mac = MacAddress.Parse("fa:16:3e:02:8b:17"),
                    Mtu = 1500,
                    Address = Address(NodeAddress),
                    Subnet = IPv4Prefix.Parse("172.16.6.0/24"),
                    HasHostStack = HasHostStack,
                },
                Workload(PrivilegedPort, "calic6611247c43", PrivilegedAddress) with
                {
                    AllowedSources = [IPv4Prefix.Parse("10.9.0.0/16")],
                    AllowIpip = true,
                    AllowVxlan = true,
                },
                null,
            ],
            NodeAddress = Address(NodeAddress),
            LocalAddresses = new AddressSet([Address(NodeAddress)]),
            IpipPeers = TunnelsInUse ? new AddressSet([Address(DemiAddress), Address(Walker2Address)]) : AddressSet.Empty,
            VxlanPeers = TunnelsInUse ? new AddressSet([Address(Walker2Address)]) : AddressSet.Empty,
            Vxlan = TunnelsInUse
                ? new VxlanSettings { Vni = 4096, L4Port = VxlanHeader.AssignedPort, Mac = WalkerVtep, Strict = StrictVxlan }
                : null,
            VxlanL4Ports = [VxlanHeader.AssignedPort],
            TunnelsByPeer = new Dictionary<IPv4Address, IReadOnlyList<Tunnel>>
            {
                [ipip.Remote] = [ipip],
                [vxlan.Remote] = [vxlan],
            },
        };
    }

    private void Route(string prefix, int adjacency) => Fib.Set(IPv4Prefix.Parse(prefix), adjacency);

    private static PortEntry Workload(int index, string name, string address) => new()
    {
        Index = index,
        Name = name,
        Role = PortRole.Workload,
        Mac = MacAddress.WorkloadGateway,
        Mtu = 1500,
        WorkloadAddresses = [Address(address)],
    };
}
