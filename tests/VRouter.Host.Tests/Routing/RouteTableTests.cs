using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Routing;

namespace VRouter.Host.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteSource Near = new("near", 10);
    private static readonly RouteSource Far = new("far", 20);

    private readonly RouteTable table = new();

    [Fact]
    public void Replace_TwoSources_TheLowerPreferenceWins()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1"), ViaTo(Far, "10.1.0.0/16", "1.1.1.1")]);
        table.Replace(Near, [ViaTo(Near, "10.0.0.0/8", "2.2.2.2")]);
        Assert.Equal(["10.0.0.0/8 via 2.2.2.2", "10.1.0.0/16 via 1.1.1.1"], table.Snapshot.Best.Select(route => route.ToString()));
        Assert.Equal(["near", "far", "far"], table.Snapshot.All.Select(route => route.Source.Name));
    }

    [Fact]
    public void Withdraw_TheBestSource_BringsBackTheOther()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1")]);
        table.Replace(Near, [ViaTo(Near, "10.0.0.0/8", "2.2.2.2"), ViaTo(Near, "11.0.0.0/8", "2.2.2.2")]);
        table.Withdraw(Near);
        Assert.Equal(["10.0.0.0/8 via 1.1.1.1"], table.Snapshot.All.Select(route => route.ToString()));
        table.Withdraw(Near);
        Assert.Single(table.Snapshot.All);
    }

    [Fact]
    public void Replace_SourceAgain_DropsWhatItHadBefore()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1"), ViaTo(Far, "11.0.0.0/8", "1.1.1.1")]);
        table.Replace(Far, [ViaTo(Far, "11.0.0.0/8", "3.3.3.3")]);
        Assert.Equal(["11.0.0.0/8 via 3.3.3.3"], table.Snapshot.All.Select(route => route.ToString()));
    }

    [Fact]
    public void Update_Some_LeavesTheOthers()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1"), ViaTo(Far, "11.0.0.0/8", "1.1.1.1"), ViaTo(Far, "12.0.0.0/8", "1.1.1.1")]);
        table.Update(Far, [ViaTo(Far, "11.0.0.0/8", "2.2.2.2")], [IPv4Prefix.Parse("10.0.0.0/8"), IPv4Prefix.Parse("99.0.0.0/8")]);
        Assert.Equal(["11.0.0.0/8 via 2.2.2.2", "12.0.0.0/8 via 1.1.1.1"], table.Snapshot.All.Select(route => route.ToString()));
    }

    [Fact]
    public void Snapshot_TakenBefore_DoesNotChange()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1")]);
        var before = table.Snapshot;
        table.Withdraw(Far);
        Assert.Single(before.Best);
        Assert.Empty(table.Snapshot.Best);
    }

    [Fact]
    public void Replace_RouteOfItsOwnPreference_Counts()
    {
        table.Replace(Far, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1") with { Preference = 5 }]);
        table.Replace(Near, [ViaTo(Near, "10.0.0.0/8", "2.2.2.2")]);
        Assert.Equal("10.0.0.0/8 via 1.1.1.1", Assert.Single(table.Snapshot.Best).ToString());
    }

    [Fact]
    public void Replace_ForeignOrDoubleRoute_IsRefusedAndChangesNothing()
    {
        Assert.Throws<ArgumentException>(() => table.Replace(Near, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1")]));
        Assert.Throws<ArgumentException>(() => table.Replace(Near, [ViaTo(Near, "10.0.0.0/8", "1.1.1.1"), ViaTo(Near, "10.0.0.0/8", "2.2.2.2")]));
        Assert.Throws<ArgumentException>(() => table.Update(Near, [ViaTo(Far, "10.0.0.0/8", "1.1.1.1")], []));
        Assert.Empty(table.Snapshot.All);
    }

    [Fact]
    public void Lookup_RandomRoutes_AgreesWithALinearSearch()
    {
        var random = new Random(7);
        var routes = Enumerable.Range(0, 500)
            .Select(_ => new IPv4Prefix(new IPv4Address((uint)random.NextInt64(1L << 32) & 0x0f0f_ffff), random.Next(33)))
            .Distinct()
            .Select(prefix => new Route(prefix, new RouteTarget.Blackhole(), Far))
            .ToList();
        table.Replace(Far, routes);
        for (var round = 0; round < 5000; round++)
        {
            var address = new IPv4Address((uint)random.NextInt64(1L << 32) & 0x0f0f_ffff);
            var expected = routes.Where(route => route.Prefix.Contains(address)).MaxBy(route => route.Prefix.Length);
            Assert.Equal(expected, table.Snapshot.Lookup(address));
        }
    }

    private static Route ViaTo(RouteSource source, string prefix, string hop) =>
        new(IPv4Prefix.Parse(prefix), new RouteTarget.Via(NextHop.Plain(IPv4Address.Parse(hop))), source);
}
