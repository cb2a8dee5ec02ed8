using System.Diagnostics;
using System.Runtime;

namespace VRouter.Host.Bench.Engine;

/// <summary>
/// Measures what the engine takes for each frame, in memory, on one pinned core. Rounds of all paths take turns, so that a noisy neighbor meets all of them alike:
/// the least value is the figure, the median tells of the noise.
/// </summary>
internal sealed class EngineBench(IReadOnlyList<EngineWorkload> workloads, int rounds, TimeSpan warmUp)
{
    private static readonly TimeSpan IdleCompiler = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly NoiseMeter noise = new();

    /// <summary>Measures on the calling thread, which should be pinned.</summary>
    /// <returns>The noise, and a report for each workload.</returns>
    /// <exception cref="OperationCanceledException">Somebody asked for the end.</exception>
    public (NoiseReport Noise, IReadOnlyList<PathReport> Paths) Run(double? timestampGigahertz, BenchProgress progress, CancellationToken stop)
    {
        progress.Say("preparing");
        var series = new List<PathSeries>();
        try
        {
            series.AddRange(workloads.Select(workload => new PathSeries(workload)));
            progress.Say("warming up");
            WarmUp(series, stop);
            // What the preparation left behind is not to be collected in between.
            GC.Collect();
            noise.Calibrate();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var one in series)
                {
                    stop.ThrowIfCancellationRequested();
                    one.Round(isMeasured: true);
                }

                noise.Calibrate();
                progress.Count("round", round + 1, rounds);
            }

            return (noise.Report(), [.. series.Select(one => one.Report(timestampGigahertz))]);
        }
        finally
        {
            series.ForEach(one => one.Dispose());
        }
    }

    // Until the time is over and the just-in-time compiler, which works beside, has had nothing to do for a while.
    private void WarmUp(List<PathSeries> series, CancellationToken stop)
    {
        if (warmUp == TimeSpan.Zero)
            return;
        var start = Stopwatch.GetTimestamp();
        var (compiled, since) = (JitInfo.GetCompiledMethodCount(), start);
        while (Stopwatch.GetElapsedTime(start) < warmUp || (Stopwatch.GetElapsedTime(since) < IdleCompiler && Stopwatch.GetElapsedTime(start) < warmUp + LongestWait))
        {
            foreach (var one in series)
            {
                stop.ThrowIfCancellationRequested();
                one.Round(isMeasured: false);
            }

            if (JitInfo.GetCompiledMethodCount() is var count && count != compiled)
                (compiled, since) = (count, Stopwatch.GetTimestamp());
        }
    }
}
