using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VRouter.Host.Bench;

/// <summary>
/// Tells whether the machine was quiet: times a fixed loop of integer arithmetic before and after each round. It needs no memory, so only another program on the
/// core, a sibling thread of the core, or a changed clock rate can make it slower.
/// </summary>
internal sealed class NoiseMeter
{
    private const int Steps = 200_000;
    private const double Tolerance = 0.03;
    private const double TolerableShare = 0.1;
    private const double TolerableLoad = 1;

    private readonly double load = LoadAverage();
    private readonly List<double> samples = [];
    private ulong state = 1;

    /// <summary>Times the loop once; to be called before the first round and after each.</summary>
    public void Calibrate()
    {
        var start = Stopwatch.GetTimestamp();
        state = Spin(state);
        samples.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }

    /// <summary>What was found.</summary>
    public NoiseReport Report() => Judge(load, samples);

    /// <summary>What follows from the load average before and the times of the loop, one before the rounds and one after each.</summary>
    public static NoiseReport Judge(double load, IReadOnlyList<double> samples)
    {
        var spread = Spread.Of(samples);
        var rounds = samples.Count - 1;
        var disturbed = Enumerable.Range(0, rounds).Count(round => Math.Max(samples[round], samples[round + 1]) > spread.Min * (1 + Tolerance));
        var notes = new List<string>();
        if (load > TolerableLoad)
            notes.Add($"the load average was {load:0.00} before the benchmark: other programs were running");
        if (disturbed > rounds * TolerableShare)
        {
            notes.Add($"a fixed loop took up to {(spread.Max / spread.Min) - 1:0 %} longer around {disturbed} of {rounds} rounds: the core was not this program's "
                + "alone, or its clock rate changed; the best figures are more to be trusted than the medians");
        }

        return new NoiseReport(notes.Count > 0, load, Percent(spread.Median), Percent(spread.Max), disturbed, rounds, notes);

        double Percent(double value) => Math.Round(100 * ((value / spread.Min) - 1), 1);
    }

    private static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]);

    // Optimised at once, so that the first call is like the last.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Spin(ulong value)
    {
        for (var i = 0; i < Steps; i++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
            value ^= value >> 29;
        }

        return value;
    }
}
