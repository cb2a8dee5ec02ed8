using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;

namespace VRouter.Host.Tests.Routing;

/// <summary>Node views for tests: the uplink is eth0 with the node's own address.</summary>
internal static class Views
{
    public static NodeView Of(ClusterState state, string nodeName, int mtu = 1500)
    {
        var router = state.FindRouter(nodeName)!;
        var host = new UplinkFacts
        {
            Interface = router.Uplink.Interface,
            Address = state.FindNode(nodeName)!.Address!.Value,
            Mtu = mtu,
            Mac = MacAddress.Parse("fa:16:3e:02:8b:17"),
        };
        return NodeView.Of(state, nodeName, UplinkFacts.Merge(router.Uplink, host));
    }

    public static RouteTableSnapshot Routes(NodeView view)
    {
        var table = new RouteTable();
        table.Replace(RouteSource.Host, RouteCalculator.FromUplink(view));
        table.Replace(RouteSource.Resources, RouteCalculator.FromResources(view));
        return table.Snapshot;
    }
}
