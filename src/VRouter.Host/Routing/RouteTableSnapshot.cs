using System.Collections.Immutable;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>The RIB at one moment: immutable.</summary>
public sealed class RouteTableSnapshot : IBestRoutes
{
    private readonly Dictionary<IPv4Prefix, Route> best;
    private readonly int[] lengths;

    private RouteTableSnapshot(IEnumerable<Route> routes)
    {
        All = [.. routes
            .OrderBy(route => route.Prefix)
            .ThenBy(route => route.Preference)
            .ThenBy(route => route.Source.Name, StringComparer.Ordinal)];
        Best = [.. All.Where((route, index) => index == 0 || All[index - 1].Prefix != route.Prefix)];
        best = Best.ToDictionary(route => route.Prefix);
        lengths = [.. Best.Select(route => route.Prefix.Length).Distinct().OrderDescending()];
    }

    /// <summary>No route.</summary>
    public static RouteTableSnapshot Empty { get; } = new([]);

    /// <summary>All routes, ordered by prefix and then the best first.</summary>
    public ImmutableArray<Route> All { get; }

    /// <summary>The best route of each prefix, ordered by prefix.</summary>
    public ImmutableArray<Route> Best { get; }

    int IBestRoutes.Count => Best.Length;

    IEnumerable<Route> IBestRoutes.Routes => Best;

    /// <summary>The best route of the longest prefix that an address lies in, or null.</summary>
    public Route? Lookup(IPv4Address address)
    {
        foreach (var length in lengths)
        {
            if (best.TryGetValue(new IPv4Prefix(address, length), out var route))
                return route;
        }

        return null;
    }

    internal static RouteTableSnapshot Of(IEnumerable<Route> routes) => new(routes);
}
