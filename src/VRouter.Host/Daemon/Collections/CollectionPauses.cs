namespace VRouter.Host.Daemon.Collections;

/// <summary>Garbage collections since a watch began, and how long each stopped all threads that run managed code, workers included.</summary>
/// <param name="Collections">Collections.</param>
/// <param name="Full">Those of them that looked at all generations.</param>
/// <param name="Unseen">Collections of which only the sum of the pauses is known, since the next one came too soon.</param>
/// <param name="Total">The sum of all pauses.</param>
/// <param name="Longest">The longest pause of those seen.</param>
/// <param name="OverMillisecond">Pauses of more than a millisecond, of those seen.</param>
internal sealed record CollectionPauses(long Collections, long Full, long Unseen, TimeSpan Total, TimeSpan Longest, long OverMillisecond);
