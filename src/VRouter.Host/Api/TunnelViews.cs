using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes the tunnels that routes lead through.</summary>
internal static class TunnelViews
{
    public static IReadOnlyList<TunnelView> Of(RouterStatus status, long now)
    {
        var nodes = status.View.Peers.ToDictionary(peer => peer.Address!.Value.Address, peer => peer.Name);
        return [.. status.Tables.AdjacencyTable.InUse
            .Where(adjacency => adjacency.Tunnel is not null)
            .DistinctBy(adjacency => (adjacency.Tunnel!.Kind, adjacency.Tunnel.Remote))
            .OrderBy(adjacency => adjacency.Tunnel!.Remote)
            .Select(adjacency => Describe(adjacency, nodes.GetValueOrDefault(adjacency.Tunnel!.Remote), now))];
    }

    private static TunnelView Describe(Adjacency adjacency, string? node, long now)
    {
        var tunnel = adjacency.Tunnel!;
        var isVxlan = tunnel.Kind == TunnelKind.Vxlan;
        var isLower = tunnel.PathMtu.TryGet(now, out var pathMtu, out var age);
        return new TunnelView(
            isVxlan ? "vxlan" : "ipip",
            node,
            tunnel.Local.ToString(),
            tunnel.Remote.ToString(),
            isVxlan ? tunnel.Vni : null,
            isVxlan ? tunnel.L4Port : null,
            isVxlan ? tunnel.RemoteMac.ToString() : null,
            adjacency.Mtu,
            isLower ? pathMtu : null,
            isLower ? age / 1_000_000_000 : null);
    }
}
