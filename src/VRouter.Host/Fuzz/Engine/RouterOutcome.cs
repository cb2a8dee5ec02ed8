using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>All that a run of a router gave, after its end.</summary>
/// <param name="Sent">The frames that it sent, in their order.</param>
/// <param name="Counters">Its counters.</param>
/// <param name="TooLong">Frames that were longer than their port takes, so that the router never saw them.</param>
/// <param name="Received">Frames that it was given, the neighbors' ARP replies included.</param>
/// <param name="Neighbors">The neighbors that it knew.</param>
/// <param name="Trace">A hash over all verdicts, in their order; 0 if it was not traced.</param>
/// <param name="IsStarved">A frame was lost since there was no memory for it.</param>
internal sealed record RouterOutcome(
    IReadOnlyList<SentFrame> Sent, GraphCounters Counters, int TooLong, int Received, IReadOnlyList<Neighbor> Neighbors, ulong Trace, bool IsStarved);
