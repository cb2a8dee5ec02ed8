using VRouter.Core.Tables;

namespace VRouter.Host.Recording;

/// <summary>Where the best route of a prefix leads.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Target">Where; null: nowhere any more.</param>
internal sealed record RecordedRoute(IPv4Prefix Prefix, RecordedTarget? Target = null);
