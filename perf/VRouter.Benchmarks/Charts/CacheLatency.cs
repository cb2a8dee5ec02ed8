using System.Diagnostics;
using VRouter.Host.Bench;

namespace VRouter.Benchmarks.Charts;

/// <summary>What a load costs that waits for the last one, in a random ring through a working set: steps where a cache ends.</summary>
internal static class CacheLatency
{
    private const int CacheLine = 64;
    private const int WordsPerLine = CacheLine / sizeof(int);
    private const int Loads = 200_000;
    private const int Runs = 15;

    /// <summary>Nanoseconds of a load.</summary>
    public static Spread Measure(long bytes)
    {
        var lines = (int)(bytes / CacheLine);
        var ring = new int[lines * WordsPerLine];
        var order = Enumerable.Range(0, lines).ToArray();
        new Random(1).Shuffle(order);
        for (var i = 0; i < lines; i++)
            ring[order[i] * WordsPerLine] = order[(i + 1) % lines] * WordsPerLine;
        var place = Walk(ring, 0, Math.Max(lines, Loads));
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            place = Walk(ring, place, Loads);
            times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Loads);
        }

        return Spread.Of(times);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static int Walk(int[] ring, int place, int loads)
    {
        for (var i = 0; i < loads; i++)
            place = ring[place];
        return place;
    }
}
