using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Host.Api;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Configuration;

namespace VRouter.Host.Tests.Routing;

public sealed class LiveTablesTests
{
    private static readonly AttachedPort[] Ports = [new(0, "eth0", 1500), new(1, "calie50081a277c", 1400)];
    private static readonly RouteSource Bgp = new("bgp", 200);
    private static readonly RouteSource Static = new("static", 50);

    private readonly NodeView view = Views.Of(Seed001.State("Always"), "walker-1");
    private readonly RouteTable routes = new();
    private readonly Quiescence quiescence = new();
    private readonly List<ForwardingTables> published = [];
    private readonly LiveTables live;

    public LiveTablesTests() => live = new LiveTables(routes, quiescence, published.Add);

    [Fact]
    public void Configure_FirstTime_PublishesWhatACompilerWouldMake()
    {
        Configure(view);
        Assert.Same(live.Tables, Assert.Single(published));
        AssertEqualsRebuild(view);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 30)]
    [InlineData(4, 30)]
    public void Changes_AnyRandomSequence_EqualsAFullRebuild(int seed, int most)
    {
        var random = new Random(seed);
        var generator = new RandomRoutes(random);
        using var reader = quiescence.Register();
        Configure(view);
        for (var round = 0; round < 600; round++)
        {
            var source = random.Next(3) == 0 ? Static : Bgp;
            var count = random.Next(1, most + 1);
            switch (random.Next(most == 1 ? 2 : 5))
            {
                case 0:
                    routes.Remove(source, generator.Prefix());
                    break;
                case 1:
                    routes.Set(generator.Route(source));
                    break;
                case 2:
                    routes.Update(source, Some(() => generator.Route(source), count), Some(generator.Prefix, count));
                    break;
                case 3:
                    routes.Replace(source, Some(() => generator.Route(source), count).DistinctBy(route => route.Prefix));
                    break;
                default:
                    if (random.Next(10) == 0)
                        routes.Withdraw(source);
                    break;
            }

            if (random.Next(3) > 0)
                reader.Report();
            if (round % 20 == 0)
                AssertEqualsRebuild(view);
        }

        AssertEqualsRebuild(view);
        Assert.Equal(1, live.Generations);
        Assert.Single(published);
    }

    [Fact]
    public void Changes_AllTakenBack_LeaveNoAdjacencyBehind()
    {
        using var reader = quiescence.Register();
        Configure(view);
        var before = live.Tables.AdjacencyTable.Count;
        var generator = new RandomRoutes(new Random(9));
        for (var round = 0; round < 500; round++)
            routes.Set(generator.Route(Bgp));
        routes.Withdraw(Bgp);

        // A slot's members follow it one report later.
        for (var pass = 0; pass < 3; pass++)
        {
            reader.Report();
            routes.Set(new Route(IPv4Prefix.Parse("10.0.0.0/8"), new RouteTarget.Blackhole(), Bgp));
            routes.Withdraw(Bgp);
        }

        Assert.Equal(before, live.Tables.AdjacencyTable.Count);
        Assert.Equal(2, live.Tables.TunnelsByPeer.Count);
    }

    [Fact]
    public void Set_ReaderInsideAPass_KeepsWhatItsLookupFound()
    {
        using var reader = quiescence.Register();
        Configure(view);
        var prefix = IPv4Prefix.Parse("10.1.0.0/16");
        routes.Set(Via(prefix, "172.16.6.1"));
        var tables = live.Tables;
        var index = tables.Fib.Lookup(prefix.Network);
        var found = tables.Adjacencies[index];

        for (var change = 0; change < 300; change++)
            routes.Set(Via(prefix, $"172.16.6.{2 + (change % 200)}"));
        Assert.Equal(found, tables.Adjacencies[index]);
        Assert.Equal("172.16.6.1", found.NextHop.ToString());

        reader.Report();
        routes.Remove(Bgp, prefix);
        Assert.NotEqual(found, tables.Adjacencies[index]);
    }

    [Fact]
    public void Set_WayToANextHop_MovesAllRoutesByIt()
    {
        Configure(view);
        routes.Update(Bgp, Enumerable.Range(0, 50).Select(number => Via(IPv4Prefix.Parse($"10.1.{number}.0/24"), "172.31.0.1")), []);
        Assert.Equal("172.16.6.254", AdjacencyOf("10.1.7.7").NextHop.ToString());
        routes.Set(Via(IPv4Prefix.Parse("172.31.0.0/24"), "172.16.6.9"));
        Assert.Equal("172.16.6.9", AdjacencyOf("10.1.7.7").NextHop.ToString());
        routes.Set(new Route(IPv4Prefix.Parse("172.31.0.1/32"), new RouteTarget.Blackhole(), Bgp));
        Assert.Equal(DropReason.RouteUnreachable, AdjacencyOf("10.1.49.7").DropReason);
        routes.Remove(Bgp, IPv4Prefix.Parse("172.31.0.1/32"));
        routes.Remove(Bgp, IPv4Prefix.Parse("172.31.0.0/24"));
        Assert.Equal("172.16.6.254", AdjacencyOf("10.1.7.7").NextHop.ToString());
        Assert.Equal(1, live.Generations);
    }

    [Fact]
    public void Set_LocalAddress_PublishesTablesThatKnowIt()
    {
        Configure(view);
        var own = IPv4Address.Parse("10.9.9.9");
        routes.Set(new Route(IPv4Prefix.Host(own), new RouteTarget.Local(), Bgp));
        Assert.True(published[^1].LocalAddresses.Contains(own));
        Assert.Same(published[0].Fib, published[^1].Fib);
        Assert.Equal(AdjacencyKind.Local, AdjacencyOf("10.9.9.9").Kind);
        routes.Remove(Bgp, IPv4Prefix.Host(own));
        Assert.False(published[^1].LocalAddresses.Contains(own));
        Assert.Equal(3, published.Count);
    }

    [Fact]
    public void Configure_OnlyRoutesDiffer_ChangesThemInPlace()
    {
        Configure(view);
        var tables = live.Tables;
        var changed = Views.Of(Seed001.State("Always", more: Seed001.Block("demi-1", "192.168.50.0/26")), "walker-1");
        Configure(changed);
        Assert.Same(tables, live.Tables);
        Assert.Equal(AdjacencyKind.Ipip, AdjacencyOf("192.168.50.1").Kind);
        AssertEqualsRebuild(changed);
    }

    [Fact]
    public void Configure_SettingsDiffer_CompilesAnewAndKeepsThePathMtus()
    {
        Configure(view);
        var peer = IPv4Address.Parse("172.16.199.114");
        live.Tables.TunnelsByPeer[peer][0].PathMtu.Lower(1300, now: 0);
        var changed = Views.Of(Seed001.State("Always"), "walker-1", mtu: 1400);
        Configure(changed);
        Assert.Equal(2, published.Count);
        Assert.NotSame(published[0].AdjacencyTable, published[1].AdjacencyTable);
        Assert.Equal(1300, live.Tables.TunnelsByPeer[peer][0].PathMtu.Get(now: 1));
        AssertEqualsRebuild(changed);
    }

    [Fact]
    public void Update_MostRoutes_CompilesAnew()
    {
        Configure(view);
        routes.Update(Bgp, Enumerable.Range(0, 5000).Select(number => Via(new IPv4Prefix(new IPv4Address(0x0a000000u | ((uint)number << 8)), 24), "172.16.6.9")), []);
        Assert.Equal(2, live.Generations);
        AssertEqualsRebuild(view);
        routes.Set(Via(IPv4Prefix.Parse("172.16.6.9/32"), "172.16.6.10"));
        AssertEqualsRebuild(view);
        Assert.Equal(3, live.Generations);
    }

    private static Route Via(IPv4Prefix prefix, string hop) => new(prefix, new RouteTarget.Via(NextHop.Plain(IPv4Address.Parse(hop))), Bgp);

    private static List<T> Some<T>(Func<T> make, int count) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private void Configure(NodeView changed) => live.Configure(changed, Ports, RouteCalculator.FromUplink(changed), RouteCalculator.FromResources(changed));

    private Adjacency AdjacencyOf(string address) => live.Tables.Adjacencies[live.Tables.Fib.Lookup(IPv4Address.Parse(address))];

    private void AssertEqualsRebuild(NodeView settings)
    {
        var naive = routes.Snapshot;
        var rebuilt = new TableCompiler().Compile(settings, naive, Ports);
        var random = new Random(5);
        var generator = new RandomRoutes(random);
        var addresses = Enumerable.Range(0, 500).Select(_ => generator.Address())
            .Concat(naive.Best.Select(route => route.Prefix.Network))
            .Concat(naive.Best.Select(route => route.Prefix.Last));
        foreach (var address in addresses)
        {
            Assert.Equal(Describe(rebuilt, rebuilt.Fib.Lookup(address)), Describe(live.Tables, live.Tables.Fib.Lookup(address)));
            Assert.Equal(naive.Lookup(address), routes.Lookup(address));
        }

        Assert.Equal(rebuilt.Fib.Count, live.Tables.Fib.Count);
        Assert.Equal(naive.Best.Length, routes.Count);
        Assert.Equal(rebuilt.LocalAddresses.Addresses, live.Tables.LocalAddresses.Addresses);
        Assert.Equal(Shown(rebuilt), Shown(live.Tables));

        IReadOnlyList<RouteView> Shown(ForwardingTables tables) => RouteViews.Of(new RouterStatus(settings, routes, tables, [], []));
    }

    // Path-MTU cells aside, which are each generation's own.
    private static string Describe(ForwardingTables tables, int index)
    {
        var adjacency = tables.Adjacencies[index];
        var tunnel = adjacency.Tunnel is { } t ? $"{t.Kind} {t.Local} {t.Remote} {t.Vni} {t.L4Port} {t.LocalMac} {t.RemoteMac}" : "";
        var members = string.Join(", ", adjacency.Members.Select(member => Describe(tables, member)));
        return $"{adjacency.Kind} {adjacency.DropReason} {adjacency.Port} {adjacency.NextHop} {adjacency.NextHopMac} {adjacency.Mtu} [{tunnel}] [{members}]";
    }
}
