using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>Where the best route of a prefix leads from now on.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Target">Where; null: there is no route any more.</param>
internal readonly record struct TargetChange(IPv4Prefix Prefix, RouteTarget? Target);
