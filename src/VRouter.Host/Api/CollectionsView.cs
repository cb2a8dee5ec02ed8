using VRouter.Host.Daemon.Collections;

namespace VRouter.Host.Api;

/// <summary>Garbage collections since the router was ready, and how long each stopped its threads, workers included.</summary>
/// <param name="Count">Collections.</param>
/// <param name="Full">Those of them of all generations.</param>
/// <param name="PauseMilliseconds">All pauses together.</param>
/// <param name="LongestPauseMilliseconds">The longest pause.</param>
/// <param name="PausesOverMillisecond">Pauses of more than a millisecond.</param>
/// <param name="Unseen">Collections that are in the sum only: the longest pause may be one of theirs.</param>
public sealed record CollectionsView(long Count, long Full, double PauseMilliseconds, double LongestPauseMilliseconds, long PausesOverMillisecond, long Unseen)
{
    /// <summary>Of what was seen.</summary>
    internal static CollectionsView Of(CollectionPauses pauses) => new(
        pauses.Collections,
        pauses.Full,
        Math.Round(pauses.Total.TotalMilliseconds, 3),
        Math.Round(pauses.Longest.TotalMilliseconds, 3),
        pauses.OverMillisecond,
        pauses.Unseen);
}
