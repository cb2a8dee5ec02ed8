using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Host.Replay;

/// <summary>The uplink of a replay: what the configuration gives, and fixed values for the rest, so that no host is needed.</summary>
internal static class ReplayUplink
{
    /// <summary>The MTU unless spec.uplink.mtu gives one.</summary>
    public const int DefaultMtu = 1500;

    /// <summary>The MAC address unless spec.uplink.mac gives one.</summary>
    public static MacAddress DefaultMac { get; } = MacAddress.Parse("02:00:00:00:00:01");

    /// <summary>The facts of a node's uplink; its address is the Node's unless spec.uplink.address gives one.</summary>
    public static UplinkFacts Of(ClusterState state, string node)
    {
        var given = state.FindRouter(node)!.Uplink;
        return UplinkFacts.Merge(given, new UplinkFacts
        {
            Interface = given.Interface,
            Address = state.FindNode(node)!.Address!.Value,
            Mtu = DefaultMtu,
            Mac = DefaultMac,
        });
    }
}
