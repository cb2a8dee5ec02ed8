using VRouter.Core.Tables;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes neighbors: those that ARP found, and those whose MAC address a resource tells.</summary>
internal static class NeighborViews
{
    public static IReadOnlyList<NeighborView> Of(RouterStatus status, IReadOnlyList<Neighbor> learned, long now)
    {
        var names = status.Ports.ToDictionary(port => port.Index, port => port.Spec.Interface);
        var permanent = status.Tables.AdjacencyTable.InUse
            .Where(adjacency => adjacency is { Kind: AdjacencyKind.NextHop, NextHopMac: not null } && names.ContainsKey(adjacency.Port))
            .Select(adjacency => new NeighborView(names[adjacency.Port], adjacency.NextHop.ToString(), adjacency.NextHopMac.ToString(), "permanent", null));
        var found = learned
            .Where(neighbor => names.ContainsKey(neighbor.Port))
            .Select(neighbor => new NeighborView(
                names[neighbor.Port],
                neighbor.Address.ToString(),
                neighbor.Mac?.ToString(),
                neighbor.State.ToString().ToLowerInvariant(),
                Math.Round(Math.Max(0, now - neighbor.UpdatedAt) / 1e9, 1)));
        return [.. permanent.Concat(found).OrderBy(neighbor => neighbor.Port, StringComparer.Ordinal)];
    }
}
