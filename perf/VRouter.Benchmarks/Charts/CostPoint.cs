namespace VRouter.Benchmarks.Charts;

/// <summary>One measured point.</summary>
/// <param name="X">Where on the chart's axis.</param>
/// <param name="Least">Nanoseconds: the least of all rounds.</param>
/// <param name="Median">Nanoseconds: the median of all rounds.</param>
/// <param name="WorkingSet">Bytes that are touched again and again, as far as they grow with X.</param>
internal sealed record CostPoint(double X, double Least, double Median, long WorkingSet);
