using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class UplinkReaderTests
{
    private static readonly IPv4InterfaceAddress Node = new(IPv4Address.Parse("172.16.6.47"), 24);
    private static readonly UplinkConfiguration Eth0 = new() { Interface = "eth0" };

    [Fact]
    public void Read_NothingGiven_TakesAllFromTheHost()
    {
        var facts = UplinkReader.Read(Hosts.Walker1(), Eth0, Node, out _)!;
        Assert.Equal(("eth0", "172.16.6.47/24", "172.16.6.254", 1500, "02:00:00:00:00:02"),
            (facts.Interface, facts.Address.ToString(), facts.Gateway.ToString(), facts.Mtu, facts.Mac.ToString()));
    }

    [Fact]
    public void Read_AllGiven_TakesNothingFromTheHost()
    {
        var given = new UplinkConfiguration
        {
            Interface = "eth0",
            Address = new IPv4InterfaceAddress(IPv4Address.Parse("10.1.1.1"), 16),
            Gateway = IPv4Address.Parse("10.1.0.9"),
            Mtu = 9000,
            Mac = MacAddress.Parse("02:aa:aa:aa:aa:aa"),
        };
        var facts = UplinkReader.Read(Hosts.Walker1(), given, Node, out _)!;
        Assert.Equal(("10.1.1.1/16", "10.1.0.9", 9000, "02:aa:aa:aa:aa:aa"),
            (facts.Address.ToString(), facts.Gateway.ToString(), facts.Mtu, facts.Mac.ToString()));
    }

    [Fact]
    public void Read_SeveralAddresses_PrefersTheNodesThenTheFirst()
    {
        var host = Hosts.Walker1() with
        {
            Addresses = [Hosts.Address(2, "10.0.0.9", 8, isSecondary: true), Hosts.Address(2, "10.0.0.8", 8), Hosts.Address(2, "172.16.6.47", 25)],
        };
        Assert.Equal("172.16.6.47/25", UplinkReader.Read(host, Eth0, Node, out _)!.Address.ToString());
        Assert.Equal("10.0.0.8/8", UplinkReader.Read(host, Eth0, new(IPv4Address.Parse("9.9.9.9"), 32), out _)!.Address.ToString());
    }

    [Fact]
    public void Read_NoAddressYet_TheNodesStandsIn()
    {
        var host = Hosts.Walker1() with { Addresses = [] };
        Assert.Equal(Node, UplinkReader.Read(host, Eth0, Node, out _)!.Address);
    }

    [Fact]
    public void Read_SeveralDefaultRoutes_TakesTheFirstThroughTheUplink()
    {
        var host = Hosts.Walker1("eth1") with { DefaultRoutes = [Hosts.DefaultVia("1.1.1.1", 10), Hosts.DefaultVia("172.16.6.1", 2, 5), Hosts.DefaultVia("172.16.6.2", 2, 9)] };
        Assert.Equal("172.16.6.1", UplinkReader.Read(host, Eth0, Node, out _)!.Gateway.ToString());
    }

    [Theory]
    [InlineData("eth9", "'eth9' is no interface of this host, which has lo, eth0")]
    [InlineData("lo", "'lo' is not an Ethernet interface")]
    public void Read_NoSuchInterface_Complains(string name, string complaint)
    {
        Assert.Null(UplinkReader.Read(Hosts.Walker1(), new UplinkConfiguration { Interface = name }, Node, out var told));
        Assert.Equal(complaint, told);
    }

    [Fact]
    public void Oddities_HostAsItShouldBe_None() => Assert.Empty(Oddities(Hosts.Walker1()));

    [Fact]
    public void Oddities_InterfaceGone_IsAllThatIsSaid()
    {
        var gone = Assert.Single(Oddities(Hosts.Walker1() with { Links = [] }));
        Assert.StartsWith("the interface is gone", gone.Text);
    }

    [Fact]
    public void Oddities_DownWithoutAddressAndGateway_NamesEach()
    {
        var host = Hosts.Walker1() with { Links = [Hosts.Link(2, "eth0") with { Flags = 0 }], Addresses = [], DefaultRoutes = [] };
        Assert.Equal(["uplink eth0", "uplink eth0 address", "uplink eth0 gateway"], Oddities(host).Select(condition => condition.Subject));
    }

    [Fact]
    public void Oddities_NodeAddressElsewhere_IsAWarning()
    {
        var host = Hosts.Walker1() with { Addresses = [Hosts.Address(2, "10.0.0.8", 8)] };
        Assert.Contains("172.16.6.47 is not on the interface, which has 10.0.0.8", Assert.Single(Oddities(host)).Text);
    }

    private static List<Condition> Oddities(HostState host)
    {
        var facts = UplinkReader.Read(host, Eth0, Node, out _) ?? UplinkReader.Read(Hosts.Walker1(), Eth0, Node, out _)!;
        return [.. UplinkReader.Oddities(host, facts, Node.Address)];
    }
}
