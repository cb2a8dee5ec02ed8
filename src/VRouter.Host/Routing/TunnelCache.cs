using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>
/// Keeps the path-MTU cell of each tunnel across changes of routes and tables, so that what ICMP errors told of a path is not forgotten when some route changes.
/// </summary>
internal sealed class TunnelCache
{
    private const int LeastLimit = 256;

    private readonly Dictionary<(TunnelKind Kind, IPv4Address Remote), PathMtu> cells = [];
    private int limit = LeastLimit;

    /// <summary>True once there are so many more cells than at the last <see cref="Keep"/> that it is worth another one.</summary>
    public bool HasGrown => cells.Count > limit;

    /// <summary>The cell of the path to a peer through one kind of tunnel.</summary>
    public PathMtu CellOf(TunnelKind kind, IPv4Address remote)
    {
        if (!cells.TryGetValue((kind, remote), out var cell))
            cells.Add((kind, remote), cell = new PathMtu());
        return cell;
    }

    /// <summary>The cell of a path, or null if none is kept.</summary>
    public PathMtu? Find(TunnelKind kind, IPv4Address remote) => cells.GetValueOrDefault((kind, remote));

    /// <summary>Forgets the cells of addresses that are tunnel ends no more.</summary>
    public void Keep(IReadOnlySet<IPv4Address> remotes)
    {
        foreach (var key in cells.Keys.Where(key => !remotes.Contains(key.Remote)).ToList())
            cells.Remove(key);
        limit = Math.Max(LeastLimit, cells.Count * 2);
    }
}
