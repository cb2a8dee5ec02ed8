namespace VRouter.Benchmarks.Charts;

/// <summary>How a cost grows with one thing, all else equal.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Title">What is charted.</param>
/// <param name="XLabel">The axis with its unit.</param>
/// <param name="YLabel">The axis with its unit.</param>
/// <param name="Base">Of the logarithm of the axis: 2 or 10.</param>
/// <param name="HasLogarithmicCost">True if the costs differ by factors.</param>
/// <param name="WorkingSet">What <see cref="CostPoint.WorkingSet"/> counts.</param>
/// <param name="Series">The lines; the first one's working sets say where caches end.</param>
internal sealed record CostChart(
    string Name, string Title, string XLabel, string YLabel, int Base, bool HasLogarithmicCost, string WorkingSet, IReadOnlyList<CostSeries> Series);
