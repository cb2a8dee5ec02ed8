using System.Collections.Immutable;
using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>
/// The RIB: for each prefix the routes of all sources, of which the best is used: the lowest preference, then the first source by name. Safe for
/// concurrent use; a reader sees all of one change or nothing of it.
/// </summary>
public sealed class RouteTable
{
    private readonly Lock gate = new();
    private ImmutableDictionary<RouteSource, ImmutableDictionary<IPv4Prefix, Route>> sources =
        ImmutableDictionary<RouteSource, ImmutableDictionary<IPv4Prefix, Route>>.Empty;

    private volatile RouteTableSnapshot snapshot = RouteTableSnapshot.Empty;

    /// <summary>The routes as they are now; later changes do not show in it.</summary>
    public RouteTableSnapshot Snapshot => snapshot;

    /// <summary>Makes <paramref name="routes"/> all the routes of a source: those it had and has no more go away.</summary>
    /// <exception cref="ArgumentException">A route is of another source, or a prefix is given twice.</exception>
    public void Replace(RouteSource source, IEnumerable<Route> routes)
    {
        var own = ImmutableDictionary.CreateBuilder<IPv4Prefix, Route>();
        foreach (var route in routes)
        {
            if (route.Source != source)
                throw new ArgumentException($"The route {route} is of source {route.Source}, not {source}.", nameof(routes));
            if (!own.TryAdd(route.Prefix, route))
                throw new ArgumentException($"Source {source} has two routes to {route.Prefix}.", nameof(routes));
        }

        lock (gate)
            Publish(own.Count == 0 ? sources.Remove(source) : sources.SetItem(source, own.ToImmutable()));
    }

    /// <summary>Adds or changes some routes of a source and removes others.</summary>
    /// <exception cref="ArgumentException">A route is of another source.</exception>
    public void Update(RouteSource source, IEnumerable<Route> changed, IEnumerable<IPv4Prefix> removed)
    {
        lock (gate)
        {
            var own = sources.GetValueOrDefault(source, ImmutableDictionary<IPv4Prefix, Route>.Empty).ToBuilder();
            own.RemoveRange(removed);
            foreach (var route in changed)
            {
                if (route.Source != source)
                    throw new ArgumentException($"The route {route} is of source {route.Source}, not {source}.", nameof(changed));
                own[route.Prefix] = route;
            }

            Publish(own.Count == 0 ? sources.Remove(source) : sources.SetItem(source, own.ToImmutable()));
        }
    }

    /// <summary>Removes a source with all its routes.</summary>
    public void Withdraw(RouteSource source)
    {
        lock (gate)
            Publish(sources.Remove(source));
    }

    private void Publish(ImmutableDictionary<RouteSource, ImmutableDictionary<IPv4Prefix, Route>> changed)
    {
        sources = changed;
        snapshot = RouteTableSnapshot.Of(changed.Values.SelectMany(own => own.Values));
    }
}
