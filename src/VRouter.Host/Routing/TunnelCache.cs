using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>
/// Keeps the path-MTU cell of each tunnel across recompiled tables, so that what ICMP errors told of a path is not forgotten when some route changes.
/// </summary>
internal sealed class TunnelCache
{
    private readonly Dictionary<(TunnelKind Kind, IPv4Address Remote), PathMtu> cells = [];

    /// <summary>The cell of the path to a peer through one kind of tunnel.</summary>
    public PathMtu CellOf(TunnelKind kind, IPv4Address remote)
    {
        if (!cells.TryGetValue((kind, remote), out var cell))
            cells.Add((kind, remote), cell = new PathMtu());
        return cell;
    }

    /// <summary>Forgets the cells of addresses that are tunnel ends no more.</summary>
    public void Keep(IReadOnlySet<IPv4Address> remotes)
    {
        foreach (var key in cells.Keys.Where(key => !remotes.Contains(key.Remote)).ToList())
            cells.Remove(key);
    }
}
