using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon;
using VRouter.Host.Tests.Configuration;
using VRouter.Host.Tests.Routing;

namespace VRouter.Host.Tests.Daemon;

public sealed class PortPlanTests
{
    private const string Pod = "calie50081a277c";

    [Fact]
    public void Of_InterfaceExists_IsAnAfPacketPort()
    {
        var plan = PortPlan.Of(Views.Of(Seed001.State(), "walker-1"), Hosts.Walker1(Pod));
        Assert.Equal(
            [("eth0", PortRole.Uplink, PortDriver.AfPacket, 2), (Pod, PortRole.Workload, PortDriver.AfPacket, 10)],
            plan.Ports.Select(port => (port.Interface, port.Role, port.Driver, port.LinkIndex)));
        Assert.Empty(plan.Awaited);
    }

    [Fact]
    public void Of_InterfaceMissing_IsAwaited()
    {
        var plan = PortPlan.Of(Views.Of(Seed001.State(), "walker-1"), Hosts.Walker1());
        Assert.Equal(["eth0"], plan.Ports.Select(port => port.Interface));
        Assert.Equal([Pod], plan.Awaited.Select(endpoint => endpoint.InterfaceName));
    }

    [Fact]
    public void Of_UplinkGone_KeepsTheWorkloads()
    {
        var host = Hosts.Walker1(Pod);
        var plan = PortPlan.Of(Views.Of(Seed001.State(), "walker-1"), host with { Links = [.. host.Links.Where(link => link.Name != "eth0")] });
        Assert.Equal([Pod], plan.Ports.Select(port => port.Interface));
    }

    [Fact]
    public void Of_InterfaceMadeAgain_IsAnotherPort()
    {
        var view = Views.Of(Seed001.State(), "walker-1");
        var before = PortPlan.Of(view, Hosts.Walker1(Pod)).Ports[1];
        Assert.False(PortPlan.Of(view, Hosts.Walker1("other", Pod)).Has(before));
        Assert.True(PortPlan.Of(view, Hosts.Walker1(Pod, "other")).Has(before));
    }

    [Fact]
    public void Of_TapDriver_NeedsNoInterface()
    {
        var text = Seed001.Text().Replace("gateway: 172.16.6.254 }", "gateway: 172.16.6.254 }, workloads: {driver: tap}", StringComparison.Ordinal);
        var view = Views.Of(ConfigurationLoader.LoadText("f", text).State!, "walker-1");
        var tap = PortPlan.Of(view, Hosts.Walker1()).Ports[1];
        Assert.Equal((PortDriver.Tap, "66:39:fa:e7:9f:a9", "3a:1d:1e:91:f5:9e"), (tap.Driver, tap.Mac.ToString(), tap.WorkloadMac.ToString()));
    }

    [Fact]
    public void Of_AfXdpDriver_IsForTheInterfacesThatAskForIt()
    {
        var text = Seed001.Text().Replace("gateway: 172.16.6.254 }", "gateway: 172.16.6.254, driver: af-xdp }", StringComparison.Ordinal);
        var view = Views.Of(ConfigurationLoader.LoadText("f", text).State!, "walker-1");

        var plan = PortPlan.Of(view, Hosts.Walker1(Pod));

        Assert.Equal([PortDriver.AfXdp, PortDriver.AfPacket], plan.Ports.Select(port => port.Driver));
        Assert.Equal(2, plan.Ports[0].LinkIndex);
    }
}
