using System.Diagnostics;
using System.Globalization;
using VRouter.Benchmarks.Scenarios;

namespace VRouter.Benchmarks.Timing;

/// <summary>
/// The quick measurement beside BenchmarkDotNet: nanoseconds that the engine takes for each 64-byte frame, in vectors of 256, on one pinned core. The clock
/// runs within <c>ForwardingEngine.Process</c> only, which frees the frames too; making them is not counted. Rounds of all paths take turns, so that a noisy
/// neighbor meets all of them alike: the least value is the figure, the median tells of the noise.
/// </summary>
public static class EngineTimer
{
    private const int VectorSize = 256;
    private const int VectorsPerRound = 400;
    private const int WarmUpRounds = 25;

    /// <summary>Measures and prints a table.</summary>
    /// <param name="args">Optional: number of rounds, then path names; all paths if none is given.</param>
    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var number) ? number : 100;
        var names = args.Where(arg => !char.IsAsciiDigit(arg[0])).ToArray();
        var paths = names.Length > 0 ? [.. names.Select(name => Enum.Parse<ForwardingPath>(name, ignoreCase: true))] : Enum.GetValues<ForwardingPath>();
        Pin();
        var series = paths.Select(path => new Series(path, rounds)).ToArray();
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            foreach (var one in series)
                one.Round(round);
        }

        var clocksPerNanosecond = TimestampClocksPerNanosecond();
        Console.WriteLine($"{"path",-12} {"min ns",8} {"median",8} {"max",8} {"clocks",8} {"Mpps",8}");
        foreach (var one in series)
        {
            Array.Sort(one.Nanoseconds);
            var least = one.Nanoseconds[0];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Path,-12} {least,8:0.0} {one.Nanoseconds[rounds / 2],8:0.0} {one.Nanoseconds[^1],8:0.0} {least * clocksPerNanosecond,8:0} {1000 / least,8:0.0}"));
            one.Dispose();
        }

        return 0;
    }

    private static void Pin()
    {
        if (OperatingSystem.IsLinux())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (Environment.ProcessorCount - 1);
    }

    // Linux prints twice the frequency of the timestamp counter as "bogomips"; 0 where it does not.
    private static double TimestampClocksPerNanosecond()
    {
        var line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("bogomips", StringComparison.Ordinal)) : null;
        return line is null ? 0 : double.Parse(line[(line.IndexOf(':') + 1)..], CultureInfo.InvariantCulture) / 2000;
    }

    private sealed class Series(ForwardingPath path, int rounds) : IDisposable
    {
        private readonly EngineScenario scenario = new(path);

        public ForwardingPath Path { get; } = path;

        public double[] Nanoseconds { get; } = new double[rounds];

        public void Round(int round)
        {
            var before = scenario.Transmitter.Frames;
            long ticks = 0;
            for (var i = 0; i < VectorsPerRound; i++)
                ticks += scenario.ForwardTimed(VectorSize);
            if (scenario.Transmitter.Frames - before != VectorsPerRound * VectorSize)
                throw new InvalidOperationException($"{Path}: not every frame was forwarded.");
            if (round >= 0)
                Nanoseconds[round] = ticks * (1e9 / Stopwatch.Frequency) / (VectorsPerRound * VectorSize);
        }

        public void Dispose() => scenario.Dispose();
    }
}
