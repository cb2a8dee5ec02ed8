using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Netlink;

public class RtnetlinkClientTests
{
    [SkippableFact]
    public void GetLinks_VethPair_GivesWhatIpShows()
    {
        using var network = new TestNamespace();
        network.Ip("link add a0 mtu 1400 address 02:00:00:00:00:0a type veth peer name b0 address 02:00:00:00:00:0b");
        network.Ip("link set a0 up");
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();

        var links = client.GetLinks().OrThrow().ToDictionary(l => l.Name);

        var a = links["a0"];
        Assert.Equal(1400, a.Mtu);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:0a"), a.Mac);
        Assert.Equal("veth", a.Kind);
        Assert.Equal(Link.EthernetHardwareType, a.HardwareType);
        Assert.True(a.IsUp);
        Assert.False(a.IsRunning);
        Assert.Equal(OperationalState.LowerLayerDown, a.State);
        Assert.False(links["b0"].IsUp);
        Assert.True(links["lo"].Flags.HasFlag(LinkFlags.Loopback));
        Assert.Null(links["lo"].Kind);
        Assert.Equal(a, client.GetLink("a0").OrThrow());
        Assert.Equal(a, client.GetLink(a.Index).OrThrow());
    }

    [SkippableFact]
    public void GetLink_UnknownName_IsNoDevice()
    {
        using var network = new TestNamespace();
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();

        var error = client.GetLink("absent0").Error;

        Assert.Equal(Errno.ENODEV, error.Errno);
        Assert.StartsWith("get(interface 'absent0'): ENODEV (No such device)", error.ToString());
    }

    [SkippableFact]
    public void GetRoutes_AllShapes_AreRead()
    {
        using var network = new TestNamespace();
        network.Ip("link add a0 type veth peer name b0");
        network.Ip("link set a0 up");
        network.Ip("link set b0 up");
        network.Ip("addr add 10.9.0.1/24 dev a0");
        network.Ip("route add 10.10.0.0/16 via 10.9.0.2 metric 7 proto 12");
        network.Ip("route add blackhole 10.11.0.0/24");
        network.Ip("route add 10.12.0.0/24 nexthop via 10.9.0.3 weight 1 nexthop via 10.9.0.4 weight 5");
        network.Ip("route add 10.13.0.0/24 dev a0 table 1000 src 10.9.0.1");
        network.Ip("route add default via 10.9.0.254");
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();
        var a = client.GetLink("a0").OrThrow().Index;

        var routes = client.GetRoutes().OrThrow();

        KernelRoute Route(string prefix) => Assert.Single(routes, r => r.Prefix == IPv4Prefix.Parse(prefix) && r.Table != KernelRoute.LocalTable);
        KernelNextHop Via(string gateway, int weight = 1) => new(a, IPv4Address.Parse(gateway), weight, false);
        var expected = new KernelRoute(IPv4Prefix.Parse("10.10.0.0/16"), [Via("10.9.0.2")], KernelRoute.MainTable, KernelRouteType.Unicast, 12, 7, null);
        Assert.Equal(expected, Route("10.10.0.0/16"));
        Assert.Equal(KernelRouteType.Blackhole, Route("10.11.0.0/24").Type);
        Assert.Equal([Via("10.9.0.3"), Via("10.9.0.4", 5)], Route("10.12.0.0/24").NextHops);
        Assert.Equal(1000u, Route("10.13.0.0/24").Table);
        Assert.Equal(IPv4Address.Parse("10.9.0.1"), Route("10.13.0.0/24").PreferredSource);
        Assert.Equal([new KernelNextHop(a, null, 1, false)], Route("10.13.0.0/24").NextHops);
        Assert.Equal([Via("10.9.0.254")], Route("0.0.0.0/0").NextHops);
        Assert.Equal([new KernelNextHop(a, null, 1, false)], Route("10.9.0.0/24").NextHops);
        Assert.Contains(routes, r => r.Table == KernelRoute.LocalTable && r.Type == KernelRouteType.Local && r.Prefix == IPv4Prefix.Parse("10.9.0.1/32"));
    }

    [SkippableFact]
    public void GetRoutes_RouteViaIPv6_IsNotTakenForOnLink()
    {
        using var network = new TestNamespace();
        network.Exec("sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0");
        network.Ip("link add a0 type veth peer name b0");
        network.Ip("link set b0 up");
        network.Ip("link set a0 up");
        network.Ip("route add 10.14.0.0/24 via inet6 fe80::1 dev a0");
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();

        var route = Assert.Single(client.GetRoutes().OrThrow(), r => r.Prefix == IPv4Prefix.Parse("10.14.0.0/24"));

        Assert.True(Assert.Single(route.NextHops).HasOtherGateway);
    }

    [SkippableFact]
    public void GetRoutes_ThousandsOfRoutes_GivesEach()
    {
        using var network = new TestNamespace();
        network.Ip("link add a0 type veth peer name b0");
        network.Ip("link set a0 up");
        var batch = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(batch, Enumerable.Range(0, 5000).Select(i => $"route add 10.{i / 256}.{i % 256}.0/24 dev a0"));
            network.Ip($"-batch {batch}");
        }
        finally
        {
            File.Delete(batch);
        }

        using var client = RtnetlinkClient.Open(network.Name).OrThrow();

        var prefixes = client.GetRoutes().OrThrow().Where(r => r.Table == KernelRoute.MainTable).Select(r => r.Prefix).ToHashSet();

        Assert.Equal(5000, prefixes.Count);
    }

    [SkippableFact]
    public void Changes_OfALink_AreSeenByIp()
    {
        using var network = new TestNamespace();
        using var other = new TestNamespace();
        network.Ip("link add a0 type veth peer name b0");
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();
        var a = client.GetLink("a0").OrThrow().Index;
        var b = client.GetLink("b0").OrThrow().Index;

        Assert.Null(client.SetMtu(a, 1234));
        Assert.Null(client.SetMac(a, MacAddress.Parse("02:11:22:33:44:55")));
        Assert.Null(client.SetName(a, "renamed0"));
        Assert.Null(client.SetUp(a, up: true));
        Assert.Null(client.SetUp(b, up: true));
        Assert.Null(client.AddAddress(a, IPv4Address.Parse("10.1.2.3"), 24));
        Assert.Null(client.AddRoute(IPv4Prefix.Parse("10.2.0.0/16"), IPv4Address.Parse("10.1.2.4"), a));
        Assert.Null(client.AddRoute(IPv4Prefix.Parse("169.254.1.1/32"), null, a));
        Assert.Null(client.AddRoute(IPv4Prefix.Default, IPv4Address.WorkloadGateway, a, gatewayIsOnLink: true));

        var link = network.Ip("-o link show renamed0");
        Assert.Contains("mtu 1234", link);
        Assert.Contains("02:11:22:33:44:55", link);
        Assert.Contains("LOWER_UP", link);
        Assert.Contains("10.1.2.3/24", network.Ip("addr show renamed0"));
        var routes = network.Ip("route show");
        Assert.Contains("10.2.0.0/16 via 10.1.2.4 dev renamed0 proto static", routes);
        Assert.Contains("169.254.1.1 dev renamed0 proto static scope link", routes);
        Assert.Contains("default via 169.254.1.1 dev renamed0 proto static onlink", routes);
        Assert.Equal(
            [new InterfaceAddress(a, IPv4Address.Parse("10.1.2.3"), 24, IPv4Address.Parse("10.1.2.3"), false)],
            client.GetAddresses().OrThrow().Where(x => x.LinkIndex == a));

        using (var target = NetworkNamespace.Open(other.Name).OrThrow())
            Assert.Null(client.MoveToNamespace(b, target, "moved0"));
        Assert.Contains("moved0", other.Ip("link show"));
        Assert.Null(client.DeleteLink(a));
        Assert.DoesNotContain("renamed0", network.Ip("link show"));
    }

    [SkippableFact]
    public void SetMtu_RefusedByTheKernel_CarriesItsSentence()
    {
        using var network = new TestNamespace();
        network.Ip("link add a0 type veth peer name b0");
        using var client = RtnetlinkClient.Open(network.Name).OrThrow();
        var a = client.GetLink("a0").OrThrow().Index;

        var error = client.SetMtu(a, 20);

        Assert.NotNull(error);
        Assert.Equal(Errno.EINVAL, error.Value.Errno);
        Assert.Contains("mtu less than device minimum", error.Value.Detail);
    }
}
