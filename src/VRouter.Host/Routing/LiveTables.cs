using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>
/// The tables of a running router, kept up with its RIB: a change of routes is in them when the call that made it returns, at a cost that does not grow with the other
/// routes. A change of ports, nodes or settings, or of a good part of the routes, compiles all anew. For any thread.
/// </summary>
public sealed class LiveTables : IRouteFollower
{
    // A route compiled among all others costs less than one changed in place, but all of them are compiled, and the trie's root is painted whole.
    private const int FixedChanges = 1024;
    private const int ShareOfRoutes = 4;

    private readonly RouteTable routes;
    private readonly Quiescence quiescence;
    private readonly Action<ForwardingTables> publish;
    private readonly TunnelCache tunnels = new();
    private NodeSettings? settings;
    private TableGeneration? generation;
    private ForwardingTables tables = ForwardingTables.Empty;
    private readonly Dictionary<IPv4Prefix, RouteTarget?> heldChanges = [];
    private long generations;
    private bool isHeld;

    /// <summary>Follows a RIB; there are no tables before the first <see cref="Configure"/>.</summary>
    /// <param name="routes">The RIB; it has no other follower.</param>
    /// <param name="quiescence">Where every worker that forwards by these tables reports.</param>
    /// <param name="publish">Gives tables to the workers, for all passes that begin after it returns. Called under the RIB's lock.</param>
    public LiveTables(RouteTable routes, Quiescence quiescence, Action<ForwardingTables> publish)
    {
        (this.routes, this.quiescence, this.publish) = (routes, quiescence, publish);
        routes.Follow(this);
    }

    /// <summary>The tables in effect.</summary>
    public ForwardingTables Tables => Volatile.Read(ref tables);

    /// <summary>Told each change, and says when it is made; null: it is made at once, beside the workers' passes. Set before the first <see cref="Configure"/>.</summary>
    internal ITableJournal? Journal { get; init; }

    /// <summary>How often all was compiled anew.</summary>
    internal long Generations => Volatile.Read(ref generations);

    /// <summary>Takes in what resources and host say: settings, ports and the routes that follow from them, all in one step.</summary>
    /// <param name="view">The node and its settings.</param>
    /// <param name="ports">The open ports, as for <see cref="TableCompiler.Compile"/>.</param>
    /// <param name="host">All routes of <see cref="RouteSource.Host"/>.</param>
    /// <param name="resources">All routes of <see cref="RouteSource.Resources"/>.</param>
    /// <exception cref="ArgumentException">As <see cref="TableCompiler.Compile"/> and <see cref="RouteTable.Replace"/>.</exception>
    public void Configure(NodeView view, IReadOnlyCollection<AttachedPort> ports, IEnumerable<Route> host, IEnumerable<Route> resources)
    {
        var next = NodeSettings.Of(view, ports);
        lock (routes.Gate)
        {
            // New routes must not meet earlier ports, nor earlier routes new ones.
            ChangeAtOnce(next != settings ? next : null, () =>
            {
                routes.Replace(RouteSource.Host, host);
                routes.Replace(RouteSource.Resources, resources);
            });
        }
    }

    /// <summary>Makes a change that a <see cref="Journal"/> of other tables was told of, as it was made there.</summary>
    internal void Repeat(TableStep step)
    {
        lock (routes.Gate)
        {
            if (step.PathMtu is { } path)
                LowerPathMtu(path);
            ChangeAtOnce(step.Settings, () => routes.Update(
                RouteSource.Recording,
                step.Routes.Where(route => route.Target is not null).Select(route => new Route(route.Prefix, route.Target!, RouteSource.Recording)),
                step.Routes.Where(route => route.Target is null).Select(route => route.Prefix)));
        }
    }

    /// <summary>Notes what a worker learned of a tunnel's path; nothing happens if the tunnel is gone meanwhile.</summary>
    internal void LowerPathMtu(PathMtuStep path)
    {
        lock (routes.Gate)
            Make(new TableStep(null, [], path), () => tunnels.Find(path.Kind, path.Remote)?.Lower(path.Mtu, path.At));
    }

    /// <inheritdoc/>
    void IRouteFollower.Apply(ReadOnlySpan<RouteChange> changes)
    {
        if (generation is null || isHeld)
        {
            foreach (var change in changes)
                heldChanges[change.Prefix] = change.After;
            return;
        }

        var limit = FixedChanges + (routes.Count / ShareOfRoutes);
        if (changes.Length > limit)
            Rebuild(StepOf(changes));
        else if (Journal is null)
            Change(changes, limit);
        else
            Change(changes.ToArray(), limit, Journal);
    }

    private static TableStep StepOf(ReadOnlySpan<RouteChange> changes)
    {
        var routes = new TargetChange[changes.Length];
        for (var i = 0; i < changes.Length; i++)
            routes[i] = new TargetChange(changes[i].Prefix, changes[i].After);
        return new TableStep(null, routes);
    }

    private void ChangeAtOnce(NodeSettings? next, Action changeRoutes)
    {
        isHeld = next is not null;
        try
        {
            changeRoutes();
        }
        finally
        {
            if (next is not null)
            {
                settings = next;
                Rebuild(new TableStep(next, [.. heldChanges.Select(change => new TargetChange(change.Key, change.Value))]));
            }

            isHeld = false;
        }
    }

    private void Change(RouteChange[] changes, int limit, ITableJournal journal) => journal.Make(StepOf(changes), () => Change(changes, limit));

    private void Change(ReadOnlySpan<RouteChange> changes, int limit)
    {
        if (!generation!.TryApply(changes, limit, Publish))
            Publish(Compile());
    }

    // Readers change over to the new tables with their next pass, and the earlier ones are garbage then: no number of theirs is used again.
    private void Rebuild(TableStep step)
    {
        heldChanges.Clear();
        var compiled = Compile();
        Make(step, () => Publish(compiled));
    }

    private ForwardingTables Compile()
    {
        generation = new TableGeneration(settings!, routes, tunnels, quiescence);
        generations++;
        return generation.Tables;
    }

    private void Make(TableStep step, Action make)
    {
        if (Journal is null)
            make();
        else
            Journal.Make(step, make);
    }

    private void Publish(ForwardingTables changed)
    {
        Volatile.Write(ref tables, changed);
        publish(changed);
    }
}
