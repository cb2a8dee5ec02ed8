using VRouter.Host.Bench;

namespace VRouter.Benchmarks.Charts;

/// <summary>All that was measured, and where.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Host">Processor and runtime.</param>
/// <param name="Caches">Of the measured core.</param>
/// <param name="LoadBefore">Load average before.</param>
/// <param name="LoadAfter">Load average after.</param>
/// <param name="Passes">How often all points were measured, one pass after the other.</param>
/// <param name="RoundsPerPass">Rounds of each point in a pass.</param>
/// <param name="Charts">The charts.</param>
internal sealed record CostReport(
    DateTimeOffset Time,
    HostFacts Host,
    IReadOnlyList<CacheSize> Caches,
    double LoadBefore,
    double LoadAfter,
    int Passes,
    int RoundsPerPass,
    IReadOnlyList<CostChart> Charts);
