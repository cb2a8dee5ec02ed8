using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;

namespace VRouter.Host.Routing;

/// <summary>
/// Tables compiled at once from settings and routes, and then kept up with the routes in place. Each change is made in the order in which no reader is misled: a new
/// adjacency before the leaf that leads to it, an unused one given back after. Calls come from one thread at a time.
/// </summary>
internal sealed class TableGeneration
{
    private readonly NodeSettings settings;
    private readonly IBestRoutes routes;
    private readonly TunnelCache tunnels;
    private readonly AdjacencyTable adjacencies;
    private readonly CompiledTargets targets;
    private readonly MultibitTrie fib;
    private readonly PortEntry?[] ports;
    private readonly HashSet<IPv4Address> localAddresses;

    /// <summary>Compiles: time in proportion to the routes.</summary>
    /// <param name="settings">All but the routes.</param>
    /// <param name="routes">The routes; asked again at each change.</param>
    /// <param name="tunnels">What is known of tunnels' paths.</param>
    /// <param name="quiescence">Where the readers report; null: nothing is used a second time.</param>
    public TableGeneration(NodeSettings settings, IBestRoutes routes, TunnelCache tunnels, Quiescence? quiescence)
    {
        (this.settings, this.routes, this.tunnels) = (settings, routes, tunnels);
        ports = [.. settings.Ports];
        adjacencies = new AdjacencyTable(ports, quiescence);
        targets = new CompiledTargets(new AdjacencyBuilder(settings, routes, tunnels, adjacencies), adjacencies);
        fib = MultibitTrie.Build(routes.Routes.Select(route => KeyValuePair.Create(route.Prefix, targets.Acquire(route.Target))), quiescence);
        localAddresses = [.. routes.Routes.Where(route => IsLocalAddress(route.Prefix, route.Target)).Select(route => route.Prefix.Network)];
        ForgetTunnels();
        Tables = MakeTables();
    }

    /// <summary>The tables now: another object only after a change of the router's own addresses.</summary>
    public ForwardingTables Tables { get; private set; }

    /// <summary>Takes in changes of routes.</summary>
    /// <param name="changes">What changed; <see cref="IBestRoutes"/> has it all already.</param>
    /// <param name="limit">The most prefixes that are worth being changed in place.</param>
    /// <param name="publish">Told new <see cref="Tables"/>.</param>
    /// <returns>False if so many prefixes are concerned that a new generation is cheaper; this one is then of no further use.</returns>
    public bool TryApply(ReadOnlySpan<RouteChange> changes, int limit, Action<ForwardingTables> publish)
    {
        adjacencies.Reclaim();
        var moved = targets.Recompile(changes);
        if (changes.Length + moved.Sum(target => target.Target.Routes) > limit)
            return false;
        if (AddLocalAddresses(changes))
            Publish(publish);
        if (moved.Count > 0)
            Follow(moved);
        foreach (var change in changes)
            Apply(change);
        if (RemoveLocalAddresses(changes))
            Publish(publish);
        if (tunnels.HasGrown)
            ForgetTunnels();
        return true;
    }

    private static bool IsLocalAddress(IPv4Prefix prefix, RouteTarget? target) => target is RouteTarget.Local && prefix.Length == 32;

    private void Apply(in RouteChange change)
    {
        if (change.After is null)
            fib.Remove(change.Prefix);
        else
            fib.Set(change.Prefix, targets.Acquire(change.After));
        if (change.Before is not null)
            targets.Release(change.Before);
    }

    // The way to some next hops is another one now: all routes by them follow.
    private void Follow(IReadOnlyList<(CompiledTarget Target, int Before)> moved)
    {
        var set = moved.Select(target => target.Target).ToHashSet();
        foreach (var route in routes.Routes)
        {
            if (route.Target is RouteTarget.Via && targets.Find(route.Target) is { } target && set.Contains(target))
                fib.Set(route.Prefix, target.Number);
        }

        foreach (var (_, before) in moved)
            adjacencies.Release(before);
    }

    private bool AddLocalAddresses(ReadOnlySpan<RouteChange> changes)
    {
        var changed = false;
        foreach (var change in changes)
            changed |= IsLocalAddress(change.Prefix, change.After) && localAddresses.Add(change.Prefix.Network);
        return changed;
    }

    private bool RemoveLocalAddresses(ReadOnlySpan<RouteChange> changes)
    {
        var changed = false;
        foreach (var change in changes)
            changed |= IsLocalAddress(change.Prefix, change.Before) && !IsLocalAddress(change.Prefix, change.After) && localAddresses.Remove(change.Prefix.Network);
        return changed;
    }

    private void Publish(Action<ForwardingTables> publish)
    {
        Tables = MakeTables();
        publish(Tables);
    }

    private void ForgetTunnels() => tunnels.Keep(targets.Remotes.Concat(settings.Peers).ToHashSet());

    private ForwardingTables MakeTables()
    {
        // What the other nodes may still or already send is accepted whatever this node's own mode is: nodes learn of a change of mode
        // at different moments, and nothing is lost in between.
        var peers = new AddressSet(settings.Peers);
        return new ForwardingTables
        {
            Fib = fib,
            AdjacencyTable = adjacencies,
            Ports = ports,
            NodeAddress = settings.Address,
            LocalAddresses = new AddressSet(localAddresses),
            IpipPeers = peers,
            VxlanPeers = peers,
            Vxlan = settings.Vxlan,
            VxlanL4Ports = (ValueList<ushort>)[settings.Vxlan.L4Port],
            TunnelsByPeer = adjacencies.TunnelsByPeer,
        };
    }
}
