namespace VRouter.Host.Bench.Io;

/// <summary>What <c>vrouter bench io</c> found.</summary>
/// <param name="Benchmark">"io".</param>
/// <param name="Time">When it began.</param>
/// <param name="Host">Where it ran.</param>
/// <param name="Settings">What was measured.</param>
/// <param name="Noise">How quiet the machine was.</param>
/// <param name="Forwarders">The router first, then what was measured beside it.</param>
/// <param name="Ratios">The router against each of the others.</param>
/// <param name="Notes">Sentences for people.</param>
internal sealed record IoReport(
    string Benchmark,
    DateTimeOffset Time,
    HostFacts Host,
    IoSetup Settings,
    NoiseReport Noise,
    IReadOnlyList<ForwarderReport> Forwarders,
    IReadOnlyList<RatioReport> Ratios,
    IReadOnlyList<string> Notes);
