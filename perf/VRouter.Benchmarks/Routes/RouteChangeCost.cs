using VRouter.Host.Bench;

namespace VRouter.Benchmarks.Routes;

/// <summary>What changes of one kind cost.</summary>
/// <param name="Microseconds">Of one change.</param>
/// <param name="Percentile99">Microseconds that one change in a hundred exceeds.</param>
/// <param name="PerSecond">Changes one after another.</param>
/// <param name="BytesEach">Allocated for each, the caller's own objects not counted.</param>
internal sealed record RouteChangeCost(Spread Microseconds, double Percentile99, double PerSecond, double BytesEach);
