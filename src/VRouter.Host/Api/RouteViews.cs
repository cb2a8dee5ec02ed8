using VRouter.Core.Tables;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;

namespace VRouter.Host.Api;

/// <summary>Describes the RIB: each route with what it compiles to just now.</summary>
internal static class RouteViews
{
    public static IReadOnlyList<RouteView> Of(RouterStatus status)
    {
        var (routes, tables) = (status.Routes, status.Tables);
        var adjacencies = new AdjacencyTable(tables.Ports);
        var builder = new AdjacencyBuilder(NodeSettings.Of(status.View, tables.Ports), routes, new TunnelCache(), adjacencies);
        var targets = new CompiledTargets(builder, adjacencies);
        var used = routes.Best.ToHashSet();
        var views = new List<RouteView>(routes.All.Length);
        foreach (var route in routes.All)
        {
            var adjacency = adjacencies.Items[targets.Acquire(route.Target)];
            var nextHop = NextHopOf(route.Target);
            var neighbor = adjacency.Kind is AdjacencyKind.NextHop or AdjacencyKind.Ipip or AdjacencyKind.Vxlan ? adjacency.NextHop.ToString() : null;
            views.Add(new RouteView(
                route.Prefix.ToString(),
                KindOf(route.Target, adjacency),
                nextHop,
                nextHop is null || neighbor == nextHop ? null : neighbor,
                adjacency.Port >= 0 ? tables.Ports[adjacency.Port]?.Name : null,
                adjacency.Port >= 0 ? adjacency.Mtu : null,
                route.Source.Name,
                route.Preference,
                used.Contains(route)));
        }

        return views;
    }

    private static string? NextHopOf(RouteTarget target) => target is RouteTarget.Via via
        ? string.Join(", ", via.NextHops.Select(hop => hop.Address.ToString()))
        : null;

    // A target whose port is closed, or whose next hop is nowhere, is unreachable whatever it was meant to be.
    private static string KindOf(RouteTarget target, Adjacency adjacency) => (target, adjacency.Kind) switch
    {
        (RouteTarget.Local, _) => "local",
        (RouteTarget.Blackhole, _) => "blackhole",
        (_, AdjacencyKind.Drop) => "unreachable",
        (RouteTarget.Workload, _) => "workload",
        (RouteTarget.Connected, _) => "connected",
        (_, AdjacencyKind.Ipip) => "ipip",
        (_, AdjacencyKind.Vxlan) => "vxlan",
        (_, AdjacencyKind.Multipath) => "multipath",
        _ => "via",
    };
}
