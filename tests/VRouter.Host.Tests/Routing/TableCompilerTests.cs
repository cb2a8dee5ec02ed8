using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Configuration;

namespace VRouter.Host.Tests.Routing;

public sealed class TableCompilerTests
{
    private const string Gateway = "172.16.6.254";
    private const string Busybox1 = "192.168.187.211";

    private static readonly AttachedPort[] Ports = [new(0, "eth0", 1500, HasHostStack: true), new(2, "calie50081a277c", 1500)];

    private readonly TableCompiler compiler = new();

    /// <summary>Where walker-1 sends: destination, then kind, port, neighbor, MTU and tunnel.</summary>
    public static TheoryData<string, string, string, string, string> Destinations => new()
    {
        { "Never", "Never", Busybox1, "NextHop", $"port 2 {Busybox1} (3a:1d:1e:91:f5:9e) mtu 1500" },
        { "Never", "Never", "192.168.187.212", "Drop", "RouteBlackhole" },
        { "Never", "Never", "192.168.135.74", "NextHop", "port 0 172.16.6.249 () mtu 1500" },
        { "Never", "Never", "192.168.121.2", "NextHop", $"port 0 {Gateway} () mtu 1500" },
        { "Never", "Never", "8.8.8.8", "NextHop", $"port 0 {Gateway} () mtu 1500" },
        { "Never", "Never", "172.16.6.9", "Connected", "port 0 0.0.0.0 () mtu 1500" },
        { "Never", "Never", "172.16.6.47", "Local", "" },
        { "Always", "Never", "192.168.135.74", "Ipip", "port 0 172.16.6.249 () mtu 1480 172.16.6.47>172.16.6.249" },
        { "Always", "Never", "192.168.121.2", "Ipip", $"port 0 {Gateway} () mtu 1480 172.16.6.47>172.16.199.114" },
        { "CrossSubnet", "Never", "192.168.135.74", "NextHop", "port 0 172.16.6.249 () mtu 1500" },
        { "CrossSubnet", "Never", "192.168.121.2", "Ipip", $"port 0 {Gateway} () mtu 1480 172.16.6.47>172.16.199.114" },
        {
            "Never", "Always", "192.168.135.74", "Vxlan",
            "port 0 172.16.6.249 () mtu 1450 172.16.6.47>172.16.6.249 vni 4096 port 4789 66:d5:98:3a:77:e4>66:3d:12:7f:5f:66"
        },
        {
            "Never", "CrossSubnet", "192.168.121.2", "Vxlan",
            $"port 0 {Gateway} () mtu 1450 172.16.6.47>172.16.199.114 vni 4096 port 4789 66:d5:98:3a:77:e4>66:e8:63:41:b2:2e"
        },
    };

    [Theory]
    [MemberData(nameof(Destinations))]
    public void Compile_Seed001_LeadsThere(string ipip, string vxlan, string destination, string kind, string details)
    {
        var tables = Compile(Views.Of(Seed001.State(ipip, vxlan), "walker-1"));
        var adjacency = AdjacencyTo(tables, destination);
        Assert.Equal((kind, details), (adjacency.Kind.ToString(), Describe(adjacency)));
    }

    [Theory]
    [InlineData("Never", "Never")]
    [InlineData("CrossSubnet", "Never")]
    [InlineData("Never", "CrossSubnet")]
    public void Compile_AnyMode_AcceptsBothTunnelsFromAllNodes(string ipip, string vxlan)
    {
        var tables = Compile(Views.Of(Seed001.State(ipip, vxlan), "walker-1"));
        var peer = IPv4Address.Parse("172.16.199.114");
        Assert.Equal((2, 2, true), (tables.IpipPeers.Count, tables.VxlanPeers.Count, tables.Vxlan is not null));
        Assert.True(tables.IpipPeers.Contains(peer) && tables.VxlanPeers.Contains(peer));
    }

    [Fact]
    public void Compile_Ports_HaveTheirEntries()
    {
        var tables = Compile(Views.Of(Seed001.State("Always"), "walker-1"));
        Assert.Equal(3, tables.Ports.Length);
        Assert.Null(tables.Ports[1]);
        Assert.Equal(
            new PortEntry
            {
                Index = 0,
                Name = "eth0",
                Role = PortRole.Uplink,
                Mac = MacAddress.Parse("fa:16:3e:02:8b:17"),
                Mtu = 1500,
                Address = IPv4Address.Parse("172.16.6.47"),
                Subnet = IPv4Prefix.Parse("172.16.6.0/24"),
                HasHostStack = true,
                WorkloadAddresses = tables.Ports[0]!.WorkloadAddresses,
                AllowedSources = tables.Ports[0]!.AllowedSources,
            },
            tables.Ports[0]);
        var workload = tables.Ports[2]!;
        Assert.Equal((PortRole.Workload, "66:39:fa:e7:9f:a9", "3a:1d:1e:91:f5:9e"), (workload.Role, workload.Mac.ToString(), workload.WorkloadMac.ToString()));
        Assert.Equal([IPv4Address.Parse(Busybox1)], workload.WorkloadAddresses);
        Assert.Equal((false, false, IPv4Address.WorkloadGateway), (workload.AllowIpip, workload.AllowVxlan, workload.Address));
        Assert.Equal(IPv4Address.Parse("172.16.6.47"), tables.NodeAddress);
        Assert.Equal([IPv4Address.Parse("172.16.6.47")], tables.LocalAddresses.Addresses);
    }

    [Fact]
    public void Compile_FelixSettings_AreCarriedOver()
    {
        const string felix = """
            ---
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: default}
            spec: {vxlanPort: 8472, vxlanVNI: 1, vxlanMTU: 1400, allowVXLANPacketsFromWorkloads: true, allowIPIPPacketsFromWorkloads: true}
            """;
        var text = Seed001.Text(vxlanMode: "Always").Replace("gateway: 172.16.6.254 } }", "gateway: 172.16.6.254}, vxlan: {profile: strict} }", StringComparison.Ordinal);
        var tables = Compile(Views.Of(ConfigurationLoader.LoadText("f", text + felix).State!, "walker-1"));
        Assert.Equal(new VxlanSettings { Vni = 1, L4Port = 8472, Mac = MacAddress.Parse("66:d5:98:3a:77:e4"), Strict = true }, tables.Vxlan);
        Assert.Equal([(ushort)8472], tables.VxlanL4Ports);
        Assert.Equal((true, true), (tables.Ports[2]!.AllowIpip, tables.Ports[2]!.AllowVxlan));
        var adjacency = AdjacencyTo(tables, "192.168.121.2");
        Assert.Equal((1400, 1u, (ushort)8472), (adjacency.Mtu, adjacency.Tunnel!.Vni, adjacency.Tunnel.L4Port));
    }

    [Fact]
    public void Compile_TunnelMtuThatTheUplinkDoesNotCarry_IsTheUplinks()
    {
        const string felix = """
            ---
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: default}
            spec: {ipipMTU: 8980}
            """;
        var view = Views.Of(Seed001.State("Always", more: felix), "walker-1", mtu: 1400);
        Assert.Equal(1380, AdjacencyTo(Compile(view), "192.168.121.2").Mtu);
    }

    [Fact]
    public void Compile_Again_IsEqualAndKeepsThePathMtu()
    {
        var view = Views.Of(Seed001.State("Always"), "walker-1");
        var first = Compile(view);
        var second = Compile(Views.Of(Seed001.State("Always"), "walker-1"));
        Assert.Equal(first.Adjacencies, second.Adjacencies);
        Assert.Equal(first.Ports, second.Ports);
        Assert.Same(AdjacencyTo(first, "192.168.121.2").Tunnel!.PathMtu, AdjacencyTo(second, "192.168.121.2").Tunnel!.PathMtu);
        Assert.NotSame(AdjacencyTo(first, "192.168.121.2").Tunnel!.PathMtu, AdjacencyTo(first, "192.168.135.74").Tunnel!.PathMtu);
    }

    [Fact]
    public void Compile_PeerGoneAndBack_StartsANewPathMtu()
    {
        var first = Compile(Views.Of(Seed001.State("Always"), "walker-1"));
        var without = Seed001.Text("Always").Split("---\n").Where(document => !document.Contains("demi-1", StringComparison.Ordinal));
        Compile(Views.Of(ConfigurationLoader.LoadText("f", string.Join("---\n", without)).State!, "walker-1"));
        var third = Compile(Views.Of(Seed001.State("Always"), "walker-1"));
        Assert.NotSame(AdjacencyTo(first, "192.168.121.2").Tunnel!.PathMtu, AdjacencyTo(third, "192.168.121.2").Tunnel!.PathMtu);
        Assert.Same(AdjacencyTo(first, "192.168.135.74").Tunnel!.PathMtu, AdjacencyTo(third, "192.168.135.74").Tunnel!.PathMtu);
    }

    [Fact]
    public void Compile_TunnelsByPeer_HasEachTunnelOnce()
    {
        var tables = Compile(Views.Of(Seed001.State("Always"), "walker-1"));
        Assert.Equal(["172.16.6.249", "172.16.199.114"], tables.TunnelsByPeer.Keys.Order().Select(address => address.ToString()));
        Assert.All(tables.TunnelsByPeer, pair => Assert.Equal(pair.Key, Assert.Single(pair.Value).Remote));
        Assert.Same(AdjacencyTo(tables, "192.168.121.2").Tunnel, tables.TunnelsByPeer[IPv4Address.Parse("172.16.199.114")][0]);
    }

    [Fact]
    public void Compile_EqualWays_ShareOneAdjacency()
    {
        var more = Seed001.Block("demi-1", "192.168.10.0/26") + "\n" + Seed001.Block("demi-1", "192.168.11.0/26");
        var tables = Compile(Views.Of(Seed001.State("Always", more: more), "walker-1"));
        Assert.Single(tables.Adjacencies, adjacency => adjacency.Tunnel?.Remote == IPv4Address.Parse("172.16.199.114"));
    }

    [Fact]
    public void Compile_WorkloadPortNotOpen_DropsForWantOfThePort()
    {
        var view = Views.Of(Seed001.State(), "walker-1");
        var tables = compiler.Compile(view, Views.Routes(view), [new AttachedPort(0, "eth0", 1500)]);
        Assert.Equal(DropReason.PortUnavailable, AdjacencyTo(tables, Busybox1).DropReason);
        tables = compiler.Compile(view, Views.Routes(view), []);
        Assert.Equal(DropReason.PortUnavailable, AdjacencyTo(tables, "192.168.135.74").DropReason);
        Assert.Empty(tables.Ports);
    }

    [Fact]
    public void Compile_PortOfNoEndpoint_HasNoEntry()
    {
        var view = Views.Of(Seed001.State(), "walker-1");
        Assert.Null(compiler.Compile(view, Views.Routes(view), [.. Ports, new AttachedPort(3, "cali-gone", 1500)]).Ports[3]);
    }

    [Fact]
    public void Compile_PortTwice_IsRefused()
    {
        var view = Views.Of(Seed001.State(), "walker-1");
        Assert.Throws<ArgumentException>(() => compiler.Compile(view, Views.Routes(view), [.. Ports, new AttachedPort(2, "x", 1500)]));
        Assert.Throws<ArgumentException>(() => compiler.Compile(view, Views.Routes(view), [.. Ports, new AttachedPort(5, "eth0", 1500)]));
        Assert.Throws<ArgumentException>(() => compiler.Compile(view, Views.Routes(view), [new AttachedPort(-1, "eth0", 1500)]));
    }

    [Fact]
    public void Compile_NoGateway_NodesElsewhereAreUnreachable()
    {
        var text = Seed001.Text("Always").Replace(", gateway: 172.16.6.254", "", StringComparison.Ordinal);
        var tables = Compile(Views.Of(ConfigurationLoader.LoadText("f", text).State!, "walker-1"));
        Assert.Equal(DropReason.RouteUnreachable, AdjacencyTo(tables, "192.168.121.2").DropReason);
        Assert.Equal(AdjacencyKind.Ipip, AdjacencyTo(tables, "192.168.135.74").Kind);
        Assert.Equal(DropReason.NoRoute, AdjacencyTo(tables, "8.8.8.8").DropReason);
    }

    [Fact]
    public void Compile_SeveralNextHops_AreMembersAndThoseThatLeadNowhereAreNot()
    {
        var view = Views.Of(Seed001.State(), "walker-1");
        var source = new RouteSource("test", 50);
        var table = new RouteTable();
        table.Replace(RouteSource.Host, RouteCalculator.FromUplink(view).Where(route => route.Prefix.Length > 0));
        table.Replace(source,
        [
            To("10.1.0.0/16", NextHop.Plain(IPv4Address.Parse("172.16.6.1")), NextHop.Ipip(IPv4Address.Parse("172.16.6.2"))),
            To("10.2.0.0/16", NextHop.Plain(IPv4Address.Parse("172.16.6.1")), NextHop.Plain(IPv4Address.Parse("9.9.9.9"))),
            To("10.3.0.0/16", NextHop.Plain(IPv4Address.Parse("9.9.9.9")), NextHop.Plain(IPv4Address.Parse("9.9.9.8"))),
            To("10.4.0.0/16", NextHop.Plain(IPv4Address.Parse("10.5.0.1"))),
            To("10.5.0.0/16", NextHop.Plain(IPv4Address.Parse("10.4.0.1"))),
            To("10.6.0.0/16", NextHop.Plain(IPv4Address.Parse("10.2.0.1"))),
        ]);
        var tables = compiler.Compile(view, table.Snapshot, Ports);

        var several = AdjacencyTo(tables, "10.1.0.1");
        Assert.Equal(AdjacencyKind.Multipath, several.Kind);
        Assert.Equal(["NextHop", "Ipip"], several.Members.Select(member => tables.Adjacencies[member].Kind.ToString()));
        Assert.Equal("172.16.6.1", AdjacencyTo(tables, "10.2.0.1").NextHop.ToString());
        Assert.Equal(DropReason.RouteUnreachable, AdjacencyTo(tables, "10.3.0.1").DropReason);
        Assert.Equal(DropReason.RouteUnreachable, AdjacencyTo(tables, "10.4.0.1").DropReason);
        Assert.Equal("172.16.6.1", AdjacencyTo(tables, "10.6.0.1").NextHop.ToString());

        Route To(string prefix, params NextHop[] hops) => new(IPv4Prefix.Parse(prefix), new RouteTarget.Via(hops.ToValueList()), source);
    }

    [Fact]
    public void Compile_AnyAddress_AgreesWithTheRoutingTable()
    {
        var view = Views.Of(Seed001.State("CrossSubnet"), "walker-1");
        var routes = Views.Routes(view);
        var tables = Compile(view);
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var address = new IPv4Address(random.Next(2) == 0 ? (uint)random.NextInt64(1L << 32) : 0xc0a8_0000 | (uint)random.Next(1 << 16));
            var expected = routes.Lookup(address)!.Target switch
            {
                RouteTarget.Local => AdjacencyKind.Local,
                RouteTarget.Connected => AdjacencyKind.Connected,
                RouteTarget.Blackhole => AdjacencyKind.Drop,
                RouteTarget.Via { NextHops: [{ Encapsulation: Encapsulation.Ipip }] } => AdjacencyKind.Ipip,
                _ => AdjacencyKind.NextHop,
            };
            Assert.Equal(expected, tables.Adjacencies[tables.Fib.Lookup(address)].Kind);
        }
    }

    private static Adjacency AdjacencyTo(ForwardingTables tables, string destination) =>
        tables.Adjacencies[tables.Fib.Lookup(IPv4Address.Parse(destination))];

    private static string Describe(Adjacency adjacency) => adjacency switch
    {
        { Kind: AdjacencyKind.Drop } => adjacency.DropReason.ToString(),
        { Kind: AdjacencyKind.Local } => "",
        _ => $"port {adjacency.Port} {adjacency.NextHop} ({adjacency.NextHopMac}) mtu {adjacency.Mtu}{Describe(adjacency.Tunnel)}",
    };

    private static string Describe(Tunnel? tunnel) => tunnel switch
    {
        null => "",
        { Kind: TunnelKind.Ipip } => $" {tunnel.Local}>{tunnel.Remote}",
        _ => $" {tunnel.Local}>{tunnel.Remote} vni {tunnel.Vni} port {tunnel.L4Port} {tunnel.LocalMac}>{tunnel.RemoteMac}",
    };

    private ForwardingTables Compile(NodeView view) => compiler.Compile(view, Views.Routes(view), Ports);
}
