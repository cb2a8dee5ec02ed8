using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>The best routes of a RIB, as tables are compiled from them.</summary>
internal interface IBestRoutes
{
    /// <summary>Number of prefixes.</summary>
    int Count { get; }

    /// <summary>The best route of each prefix, in no order.</summary>
    IEnumerable<Route> Routes { get; }

    /// <summary>The best route of the longest prefix that an address lies in, or null.</summary>
    Route? Lookup(IPv4Address address);
}
