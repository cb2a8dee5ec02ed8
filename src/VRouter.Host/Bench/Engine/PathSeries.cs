using System.Diagnostics;

namespace VRouter.Host.Bench.Engine;

/// <summary>The rounds of one workload.</summary>
internal sealed class PathSeries(EngineWorkload workload) : IDisposable
{
    /// <summary>Calls of <see cref="EngineScenario.Forward"/> in a round: about 100,000 frames, some milliseconds.</summary>
    public const int ForwardsPerRound = 400;

    private readonly EngineScenario scenario = new(workload);
    private readonly List<double> nanoseconds = [];
    private readonly List<double> allocated = [];

    /// <summary>Forwards the frames of one round.</summary>
    /// <param name="isMeasured">False while warming up.</param>
    /// <exception cref="InvalidOperationException">Not every frame was forwarded: the figures would not tell what they say.</exception>
    public void Round(bool isMeasured)
    {
        var frames = ForwardsPerRound * scenario.FramesAtOnce;
        var sent = scenario.Transmitter.Frames;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        long ticks = 0;
        for (var i = 0; i < ForwardsPerRound; i++)
            ticks += scenario.Forward();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (scenario.Transmitter.Frames - sent != frames)
            throw new InvalidOperationException($"{workload.Path}: not every frame was forwarded.");
        if (!isMeasured)
            return;
        nanoseconds.Add(ticks * (1e9 / Stopwatch.Frequency) / frames);
        allocated.Add((double)bytes / frames);
    }

    /// <summary>The result of all measured rounds.</summary>
    /// <param name="timestampGigahertz">As in <see cref="HostFacts"/>.</param>
    public PathReport Report(double? timestampGigahertz)
    {
        var spread = Spread.Of(nanoseconds);
        var isFullTable = workload.Path == ForwardingPath.PlainFullTable;
        return new PathReport(
            ForwardingPaths.NameOf(workload.Path),
            spread,
            spread.Under(1000),
            timestampGigahertz is { } rate ? spread.Times(rate) : null,
            allocated.Min(),
            isFullTable ? workload.Routes.Count : workload.Prefixes,
            isFullTable ? workload.Destinations : workload.Prefixes);
    }

    /// <inheritdoc/>
    public void Dispose() => scenario.Dispose();
}
