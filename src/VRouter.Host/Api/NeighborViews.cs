using VRouter.Core.Tables;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes neighbors: those that ARP found, and those whose MAC address a resource tells.</summary>
internal static class NeighborViews
{
    /// <summary>All neighbors of a router.</summary>
    /// <param name="status">What is in effect.</param>
    /// <param name="learned">What the workers know; of one that several know, the youngest usable knowledge is told.</param>
    /// <param name="now">The time of the workers' clock.</param>
    public static IReadOnlyList<NeighborView> Of(RouterStatus status, IEnumerable<Neighbor> learned, long now)
    {
        var names = status.Ports.ToDictionary(port => port.Index, port => port.Spec.Interface);
        var permanent = status.Tables.AdjacencyTable.InUse
            .Where(adjacency => adjacency is { Kind: AdjacencyKind.NextHop, NextHopMac: not null } && names.ContainsKey(adjacency.Port))
            .Select(adjacency => new NeighborView(names[adjacency.Port], adjacency.NextHop.ToString(), adjacency.NextHopMac.ToString(), "permanent", null));
        var found = learned
            .Where(neighbor => names.ContainsKey(neighbor.Port))
            .GroupBy(neighbor => (neighbor.Port, neighbor.Address))
            .Select(known => known.OrderBy(neighbor => neighbor.Mac is null).ThenByDescending(neighbor => neighbor.UpdatedAt).First())
            .Select(neighbor => new NeighborView(
                names[neighbor.Port],
                neighbor.Address.ToString(),
                neighbor.Mac?.ToString(),
                neighbor.State.ToString().ToLowerInvariant(),
                Math.Round(Math.Max(0, now - neighbor.UpdatedAt) / 1e9, 1)));
        return [.. permanent.Concat(found).OrderBy(neighbor => neighbor.Port, StringComparer.Ordinal)];
    }
}
