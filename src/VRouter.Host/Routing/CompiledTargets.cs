using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>The targets of all routes, each compiled once: how routes and adjacencies find each other when either changes.</summary>
/// <param name="builder">Compiles.</param>
/// <param name="adjacencies">The numbers of what it compiles to.</param>
internal sealed class CompiledTargets(AdjacencyBuilder builder, AdjacencyTable adjacencies)
{
    private readonly Dictionary<RouteTarget, CompiledTarget> targets = [];
    private readonly HashSet<CompiledTarget> concerned = [];
    private readonly WayIndex ways = new();

    /// <summary>The far ends of all tunnels that targets name.</summary>
    public IEnumerable<IPv4Address> Remotes => targets.Keys
        .OfType<RouteTarget.Via>()
        .SelectMany(via => via.NextHops)
        .Where(hop => hop.Encapsulation != Encapsulation.None)
        .Select(hop => hop.Address);

    /// <summary>The compiled target, or null if no route has it.</summary>
    public CompiledTarget? Find(RouteTarget target) => targets.GetValueOrDefault(target);

    /// <summary>One more route leads to a target.</summary>
    /// <returns>The number of its adjacency.</returns>
    public int Acquire(RouteTarget target)
    {
        if (!targets.TryGetValue(target, out var compiled))
        {
            targets.Add(target, compiled = new CompiledTarget(target));
            Compile(compiled);
        }

        compiled.Routes++;
        return compiled.Number;
    }

    /// <summary>A route leads to a target no more; its leaf is gone.</summary>
    public void Release(RouteTarget target)
    {
        var compiled = targets[target];
        if (--compiled.Routes > 0)
            return;
        targets.Remove(target);
        ways.Remove(compiled);
        adjacencies.Release(compiled.Number);
    }

    /// <summary>Compiles those targets anew whose next hops were looked up in changed prefixes.</summary>
    /// <returns>Those that have another adjacency now, with the earlier one's number, which is still held.</returns>
    public IReadOnlyList<(CompiledTarget Target, int Before)> Recompile(ReadOnlySpan<RouteChange> changes)
    {
        foreach (var change in changes)
            ways.Find(change.Prefix, concerned);
        if (concerned.Count == 0)
            return [];
        var moved = new List<(CompiledTarget, int)>();
        foreach (var target in concerned)
        {
            var before = target.Number;
            ways.Remove(target);
            Compile(target);
            if (target.Number == before)
                adjacencies.Release(before);
            else
                moved.Add((target, before));
        }

        concerned.Clear();
        return moved;
    }

    private void Compile(CompiledTarget target)
    {
        target.Number = builder.Acquire(target.Target);
        target.Ways = builder.Ways.Count == 0 ? [] : [.. builder.Ways.Distinct()];
        ways.Add(target);
    }
}
