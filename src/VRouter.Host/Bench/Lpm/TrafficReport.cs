namespace VRouter.Host.Bench.Lpm;

/// <summary>How fast batches of 256 independent addresses are looked up.</summary>
/// <param name="Traffic">"uniform": every covered address equally likely; "zipf-N": N of them, the k-th with a weight of 1/k.</param>
/// <param name="Destinations">N; null for uniform.</param>
/// <param name="MegalookupsPerSecond">Over the rounds; the value of a round is the median of its windows of 65,536 lookups.</param>
/// <param name="NanosecondsPerLookup">The same as a time.</param>
internal sealed record TrafficReport(string Traffic, int? Destinations, Spread MegalookupsPerSecond, Spread NanosecondsPerLookup);
