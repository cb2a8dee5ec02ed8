namespace VRouter.Host.Bench.Engine;

/// <summary>The result of <c>vrouter bench engine</c>. Field names are stable.</summary>
internal sealed record EngineReport(
    string Benchmark, DateTimeOffset Time, HostFacts Host, EngineSettings Settings, NoiseReport Noise, IReadOnlyList<PathReport> Paths);
