using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>A change of where the best route of a prefix leads.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Before">Where it led; null: there was no route.</param>
/// <param name="After">Where it leads; null: there is no route any more.</param>
internal readonly record struct RouteChange(IPv4Prefix Prefix, RouteTarget? Before, RouteTarget? After);
