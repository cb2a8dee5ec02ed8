using VRouter.Core.Tables;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Configuration;

namespace VRouter.Host.Tests.Routing;

public sealed class RouteCalculatorTests
{
    private const string NoMode = "Never";

    /// <summary>Mode by pool, seen from walker-1: walker-2 shares its subnet, demi-1 does not.</summary>
    public static TheoryData<string, string, string, string, string> Modes => new()
    {
        { "never", NoMode, NoMode, "via 172.16.6.249", "via 172.16.199.114" },
        { "ipip always", "Always", NoMode, "via 172.16.6.249 ipip", "via 172.16.199.114 ipip" },
        { "ipip cross-subnet", "CrossSubnet", NoMode, "via 172.16.6.249", "via 172.16.199.114 ipip" },
        { "vxlan always", NoMode, "Always", "via 172.16.6.249 vxlan", "via 172.16.199.114 vxlan" },
        { "vxlan cross-subnet", NoMode, "CrossSubnet", "via 172.16.6.249", "via 172.16.199.114 vxlan" },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void FromResources_Seed001_GivesEachNodesBlockByMode(string name, string ipip, string vxlan, string toWalker2, string toDemi1)
    {
        _ = name;
        var view = Views.Of(Seed001.State(ipip, vxlan), "walker-1");
        Assert.Equal(
            [
                $"192.168.121.0/26 {toDemi1}",
                $"192.168.135.64/26 {toWalker2}",
                "192.168.187.192/26 blackhole",
                "192.168.187.211/32 dev calie50081a277c",
            ],
            RouteCalculator.FromResources(view).Select(route => route.ToString()));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void FromResources_BorrowedAddress_FollowsTheHoldersNodeByMode(string name, string ipip, string vxlan, string toWalker2, string toDemi1)
    {
        _ = name;
        var more = Seed001.Endpoint("in-mine", "walker-2", "cali4", "02:00:00:00:00:04", "192.168.187.200", "02:00:00:00:00:14")
            + "\n" + Seed001.Endpoint("in-another", "demi-1", "cali5", "02:00:00:00:00:05", "192.168.135.80", "02:00:00:00:00:15")
            + "\n" + Seed001.Endpoint("in-none", "demi-1", "cali6", "02:00:00:00:00:06", "192.168.9.9", "02:00:00:00:00:16")
            + "\n" + Seed001.Endpoint("mine-in-another", "walker-1", "cali7", "02:00:00:00:00:07", "192.168.121.7", "02:00:00:00:00:17");
        var routes = RouteCalculator.FromResources(Views.Of(Seed001.State(ipip, vxlan, more), "walker-1")).Select(route => route.ToString()).ToList();
        Assert.Equal(
            [
                $"192.168.9.9/32 {toDemi1}",
                $"192.168.121.0/26 {toDemi1}",
                "192.168.121.7/32 dev cali7",
                $"192.168.135.64/26 {toWalker2}",
                $"192.168.135.80/32 {toDemi1}",
                "192.168.187.192/26 blackhole",
                $"192.168.187.200/32 {toWalker2}",
                "192.168.187.211/32 dev calie50081a277c",
            ],
            routes);
    }

    [Fact]
    public void FromUplink_Seed001_GivesOwnAddressSubnetAndGateway() => Assert.Equal(
        ["0.0.0.0/0 via 172.16.6.254", "172.16.6.0/24 dev eth0 connected", "172.16.6.47/32 local"],
        RouteCalculator.FromUplink(Views.Of(Seed001.State(), "walker-1")).Select(route => route.ToString()));

    [Fact]
    public void FromResources_SameSubnet_IsMyCidrAndTheOthersAddress()
    {
        // walker-1 calls everything under 172.16/16 its subnet; demi-1, with its own /24, does not call walker-1 the same subnet.
        var text = Seed001.Text("CrossSubnet").Replace("172.16.6.47/24", "172.16.6.47/16", StringComparison.Ordinal);
        var state = VRouter.Host.Configuration.ConfigurationLoader.LoadText("f", text).State!;
        Assert.Contains("192.168.121.0/26 via 172.16.199.114", Texts(Views.Of(state, "walker-1")));
        Assert.Contains("192.168.187.192/26 via 172.16.6.47 ipip", Texts(Views.Of(state, "demi-1")));
    }

    [Fact]
    public void FromResources_OwnBlockOfOneAddress_IsNoBlackhole()
    {
        var view = Views.Of(Seed001.State(more: Seed001.Block("walker-1", "192.168.7.7/32")), "walker-1");
        Assert.DoesNotContain(Texts(view), text => text.StartsWith("192.168.7.7/32", StringComparison.Ordinal));
    }

    [Fact]
    public void FromResources_OthersBlockOfOneAddress_LeadsThere()
    {
        var view = Views.Of(Seed001.State(more: Seed001.Block("walker-2", "192.168.7.7/32")), "walker-1");
        Assert.Contains("192.168.7.7/32 via 172.16.6.249", Texts(view));
    }

    [Theory]
    [InlineData("state: pending")]
    [InlineData("state: pendingDeletion")]
    [InlineData("state: confirmed, deleted: true")]
    public void FromResources_BlockThatIsNotConfirmed_GivesNoRoute(string state)
    {
        var more = Seed001.Block("walker-2", "192.168.8.0/26").Replace("state: confirmed", state, StringComparison.Ordinal);
        Assert.DoesNotContain(Texts(Views.Of(Seed001.State(more: more), "walker-1")), text => text.StartsWith("192.168.8.0/26", StringComparison.Ordinal));
    }

    [Fact]
    public void FromResources_DisabledPool_StillDecidesTheMode()
    {
        var text = Seed001.Text("Always").Replace("ipipMode: Always", "ipipMode: Always, disabled: true", StringComparison.Ordinal);
        var state = VRouter.Host.Configuration.ConfigurationLoader.LoadText("f", text).State!;
        Assert.Contains("192.168.135.64/26 via 172.16.6.249 ipip", Texts(Views.Of(state, "walker-1")));
    }

    [Fact]
    public void FromResources_PoolsOfSeveralModes_EachDecidesItsOwnBlocks()
    {
        var more = """
            ---
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: second}
            spec: {cidr: 10.8.0.0/16, vxlanMode: Always}

            """ + Seed001.Block("demi-1", "10.8.3.0/26") + "\n" + Seed001.Block("walker-2", "10.8.4.0/26");
        Assert.Equal(
            ["10.8.3.0/26 via 172.16.199.114 vxlan", "10.8.4.0/26 via 172.16.6.249 vxlan", "192.168.121.0/26 via 172.16.199.114 ipip", "192.168.135.64/26 via 172.16.6.249"],
            Texts(Views.Of(Seed001.State("CrossSubnet", more: more), "walker-1")).Where(text => text.Contains("via", StringComparison.Ordinal)));
    }

    [Fact]
    public void FromResources_BlockInNoPool_IsReachedPlain()
    {
        var text = Seed001.Text("Always") + Seed001.Block("demi-1", "10.8.3.0/26");
        var state = VRouter.Host.Configuration.ConfigurationLoader.LoadText("f", text).State!;
        Assert.Contains("10.8.3.0/26 via 172.16.199.114", Texts(Views.Of(state, "walker-1")));
    }

    [Fact]
    public void FromResources_TunnelAddresses_AreLocalHereAndRoutedWhereBorrowed()
    {
        var text = Seed001.Text("Always")
            .Replace("{bgp: {ipv4Address: 172.16.6.47/24 } }", "{bgp: {ipv4Address: 172.16.6.47/24, ipv4IPIPTunnelAddr: 192.168.187.193}}", StringComparison.Ordinal)
            .Replace("{bgp: {ipv4Address: 172.16.6.249/24 } }", "{bgp: {ipv4Address: 172.16.6.249/24}, ipv4VXLANTunnelAddr: 192.168.121.60}", StringComparison.Ordinal);
        var state = VRouter.Host.Configuration.ConfigurationLoader.LoadText("f", text).State!;
        var texts = Texts(Views.Of(state, "walker-1"));
        Assert.Contains("192.168.187.193/32 local", texts);
        Assert.Contains("192.168.121.60/32 via 172.16.6.249 ipip", texts);
        Assert.DoesNotContain(Texts(Views.Of(state, "demi-1")), item => item.StartsWith("192.168.187.193/32", StringComparison.Ordinal));
    }

    [Fact]
    public void FromResources_VxlanNextHop_HasThePeersVtep()
    {
        var route = RouteCalculator.FromResources(Views.Of(Seed001.State(vxlanMode: "Always"), "walker-2"))
            .Single(route => route.Prefix == IPv4Prefix.Parse("192.168.187.192/26"));
        var hop = Assert.Single(Assert.IsType<RouteTarget.Via>(route.Target).NextHops);
        Assert.Equal("66:d5:98:3a:77:e4", hop.VtepMac.ToString());
    }

    [Fact]
    public void FromUplink_AddressOfOneHost_HasNoConnectedSubnetButTheGateway()
    {
        var text = Seed001.Text().Replace("172.16.6.47/24", "172.16.6.47/32", StringComparison.Ordinal);
        var view = Views.Of(VRouter.Host.Configuration.ConfigurationLoader.LoadText("f", text).State!, "walker-1");
        Assert.Equal(["0.0.0.0/0 via 172.16.6.254", "172.16.6.47/32 local"], RouteCalculator.FromUplink(view).Select(route => route.ToString()));
    }

    [Fact]
    public void FromResources_SameInput_GivesEqualRoutes()
    {
        var first = RouteCalculator.FromResources(Views.Of(Seed001.State("Always"), "walker-1"));
        var second = RouteCalculator.FromResources(Views.Of(Seed001.State("Always"), "walker-1"));
        Assert.Equal(first, second);
    }

    private static List<string> Texts(NodeView view) => [.. RouteCalculator.FromResources(view).Select(route => route.ToString())];
}
