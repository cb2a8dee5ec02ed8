namespace VRouter.Host.Bench.Lpm;

/// <summary>The result of <c>vrouter bench lpm</c>. Field names are stable; times are processor times of the measuring thread.</summary>
/// <param name="Benchmark">"lpm".</param>
/// <param name="Time">When it began.</param>
/// <param name="Host">Where.</param>
/// <param name="Settings">With what.</param>
/// <param name="Noise">How quiet it was.</param>
/// <param name="Traffic">Batches of independent addresses.</param>
/// <param name="DependentNanoseconds">A lookup that waits for the last one's result.</param>
/// <param name="BuildSeconds">To build the table from a list.</param>
/// <param name="ReaderBytes">What lookups may touch, room to grow included.</param>
/// <param name="MemoryBytes">That, and the control side's copy of the routes.</param>
/// <param name="Updates">Single updates.</param>
/// <param name="ReaderSlowdownPercent">How much longer uniform lookups take beside updates on another core; null if there is no other core.</param>
/// <param name="UpdatesPerSecond">How many of these there were; null as before.</param>
internal sealed record LpmReport(
    string Benchmark,
    DateTimeOffset Time,
    HostFacts Host,
    LpmSettings Settings,
    NoiseReport Noise,
    IReadOnlyList<TrafficReport> Traffic,
    Spread DependentNanoseconds,
    double BuildSeconds,
    long ReaderBytes,
    long MemoryBytes,
    UpdateTimes Updates,
    double? ReaderSlowdownPercent,
    double? UpdatesPerSecond);
