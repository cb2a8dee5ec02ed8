namespace VRouter.Benchmarks.Charts;

/// <summary>A line of a chart.</summary>
internal sealed record CostSeries(string Name, IReadOnlyList<CostPoint> Points);
