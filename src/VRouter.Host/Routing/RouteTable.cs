using System.Runtime.InteropServices;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>
/// The RIB: for each prefix the routes of all sources, of which the best is used: the lowest preference, then the first source by name. Safe for
/// concurrent use; a reader sees all of one change or nothing of it. A change costs what it changes, however many other routes there are.
/// </summary>
public sealed class RouteTable : IBestRoutes
{
    private readonly Dictionary<RouteSource, Dictionary<IPv4Prefix, Route>> sources = [];
    private readonly Dictionary<IPv4Prefix, Route> best = [];
    private readonly int[] countByLength = new int[33];
    private readonly List<RouteChange> changes = [];
    private IRouteFollower? follower;
    private RouteTableSnapshot? snapshot = RouteTableSnapshot.Empty;
    private long version;

    /// <summary>Number of prefixes.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
                return best.Count;
        }
    }

    /// <summary>The routes as they are now, sorted; later changes do not show in it. Made when it is first asked for after a change.</summary>
    public RouteTableSnapshot Snapshot
    {
        get
        {
            Route[] routes;
            long taken;
            lock (Gate)
            {
                if (snapshot is { } known)
                    return known;
                routes = [.. sources.Values.SelectMany(own => own.Values)];
                taken = version;
            }

            var made = RouteTableSnapshot.Of(routes);
            lock (Gate)
            {
                if (version == taken)
                    snapshot = made;
            }

            return made;
        }
    }

    IEnumerable<Route> IBestRoutes.Routes => best.Values;

    /// <summary>Held by a caller that reads or changes more than once; it may be taken again by the thread that holds it.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>The best route of the longest prefix that an address lies in, or null.</summary>
    public Route? Lookup(IPv4Address address)
    {
        lock (Gate)
        {
            for (var length = 32; length >= 0; length--)
            {
                if (countByLength[length] > 0 && best.TryGetValue(new IPv4Prefix(address, length), out var route))
                    return route;
            }

            return null;
        }
    }

    /// <summary>Adds a route, or changes its source's route to the prefix.</summary>
    public void Set(Route route)
    {
        lock (Gate)
        {
            Put(OwnOf(route.Source), route);
            Announce();
        }
    }

    /// <summary>Removes a source's route to a prefix, if there is one.</summary>
    public void Remove(RouteSource source, IPv4Prefix prefix)
    {
        lock (Gate)
        {
            if (sources.TryGetValue(source, out var own) && own.Remove(prefix))
                Settle(prefix);
            Announce();
        }
    }

    /// <summary>Makes <paramref name="routes"/> all the routes of a source: those it had and has no more go away.</summary>
    /// <exception cref="ArgumentException">A route is of another source, or a prefix is given twice.</exception>
    public void Replace(RouteSource source, IEnumerable<Route> routes)
    {
        var given = new Dictionary<IPv4Prefix, Route>();
        foreach (var route in routes)
        {
            Demand(route, source, nameof(routes));
            if (!given.TryAdd(route.Prefix, route))
                throw new ArgumentException($"Source {source} has two routes to {route.Prefix}.", nameof(routes));
        }

        lock (Gate)
        {
            var own = OwnOf(source);
            var gone = own.Keys.Where(prefix => !given.ContainsKey(prefix)).ToList();
            foreach (var route in given.Values)
                Put(own, route);
            Take(own, gone);
            Announce();
        }
    }

    /// <summary>Adds or changes some routes of a source and removes others. A prefix that is both changed and removed is changed.</summary>
    /// <exception cref="ArgumentException">A route is of another source.</exception>
    public void Update(RouteSource source, IEnumerable<Route> changed, IEnumerable<IPv4Prefix> removed)
    {
        var given = new Dictionary<IPv4Prefix, Route>();
        foreach (var route in changed)
        {
            Demand(route, source, nameof(changed));
            given[route.Prefix] = route;
        }

        lock (Gate)
        {
            var own = OwnOf(source);
            foreach (var route in given.Values)
                Put(own, route);
            Take(own, removed.Where(prefix => !given.ContainsKey(prefix)));
            Announce();
        }
    }

    /// <summary>Removes a source with all its routes.</summary>
    public void Withdraw(RouteSource source)
    {
        lock (Gate)
        {
            if (sources.Remove(source, out var own))
            {
                foreach (var prefix in own.Keys)
                    Settle(prefix);
            }

            Announce();
        }
    }

    /// <summary>From now on, the follower is told of each change, within the call that makes it.</summary>
    internal void Follow(IRouteFollower newFollower)
    {
        lock (Gate)
            follower = newFollower;
    }

    private static void Demand(Route route, RouteSource source, string parameter)
    {
        if (route.Source != source)
            throw new ArgumentException($"The route {route} is of source {route.Source}, not {source}.", parameter);
    }

    private static bool IsBetter(Route route, Route? other) => other is null || route.Preference < other.Preference
        || (route.Preference == other.Preference && string.CompareOrdinal(route.Source.Name, other.Source.Name) < 0);

    private static int Rank(in RouteChange change) => change.After is null ? change.Prefix.Length : -change.Prefix.Length - 1;

    private Dictionary<IPv4Prefix, Route> OwnOf(RouteSource source)
    {
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(sources, source, out _);
        return own ??= [];
    }

    private void Put(Dictionary<IPv4Prefix, Route> own, Route route)
    {
        ref var stored = ref CollectionsMarshal.GetValueRefOrAddDefault(own, route.Prefix, out _);
        if (route.Equals(stored))
            return;
        stored = route;
        Settle(route.Prefix);
    }

    private void Take(Dictionary<IPv4Prefix, Route> own, IEnumerable<IPv4Prefix> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (own.Remove(prefix))
                Settle(prefix);
        }
    }

    // Finds the best of a prefix anew.
    private void Settle(IPv4Prefix prefix)
    {
        snapshot = null;
        version++;
        Route? after = null;
        foreach (var own in sources.Values)
        {
            if (own.TryGetValue(prefix, out var route) && IsBetter(route, after))
                after = route;
        }

        RouteTarget? before;
        if (after is null)
        {
            if (!best.Remove(prefix, out var removed))
                return;
            before = removed.Target;
            countByLength[prefix.Length]--;
        }
        else
        {
            ref var stored = ref CollectionsMarshal.GetValueRefOrAddDefault(best, prefix, out var exists);
            before = stored?.Target;
            stored = after;
            if (!exists)
                countByLength[prefix.Length]++;
        }

        if (follower is not null && before != after?.Target)
            changes.Add(new RouteChange(prefix, before, after?.Target));
    }

    private void Announce()
    {
        if (changes.Count == 0)
            return;
        // So each address changes in one step, from its route before all changes to its route after them: a longer prefix appears before the shorter ones that it
        // is to hide, and vanishes after those that it hid.
        if (changes.Count > 1)
            changes.Sort(static (left, right) => Rank(left).CompareTo(Rank(right)));
        try
        {
            follower?.Apply(CollectionsMarshal.AsSpan(changes));
        }
        finally
        {
            changes.Clear();
        }
    }
}
