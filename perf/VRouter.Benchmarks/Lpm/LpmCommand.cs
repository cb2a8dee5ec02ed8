using VRouter.Host.Bench;
using VRouter.Host.Bench.Lpm;

namespace VRouter.Benchmarks.Lpm;

/// <summary>
/// What perf/peers/lpm.sh needs to measure another program beside: <c>lpm prepare DIRECTORY [ROUTES]</c> writes routes and addresses, of a table of the Internet's
/// shape if no file is given; <c>lpm measure DIRECTORY</c> prints a line for each figure: name, median, 90th percentile or other second number, unit.
/// </summary>
internal static class LpmCommand
{
    private const int NextHops = 64;
    private const int GeneratedCount = 901_899;
    private const int Passes = 3;
    private const int DependentRuns = 5;

    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["prepare", var directory, .. { Length: <= 1 } file]:
                var routes = file is [var path] ? RouteFile.Read(path, NextHops) : GeneratedRoutes.OfInternetShape(GeneratedCount, NextHops);
                LpmData.Draw(routes).Save(directory);
                Console.WriteLine($"{routes.Count} routes");
                return 0;
            case ["measure", var directory]:
                Measure(LpmData.Load(directory));
                return 0;
            default:
                Console.Error.WriteLine("lpm prepare DIRECTORY [ROUTES] | lpm measure DIRECTORY");
                return 2;
        }
    }

    private static void Measure(LpmData data)
    {
        var measurement = new LpmMeasurement(data);
        foreach (var traffic in data.Traffic.Keys)
        {
            double[] rates = [.. Enumerable.Range(0, Passes).SelectMany(_ => measurement.Batches(traffic)).Order()];
            Print(traffic, rates[rates.Length / 2], rates[rates.Length * 9 / 10], "Mlps");
        }

        Print("dependent", Enumerable.Range(0, DependentRuns).Min(_ => measurement.Dependent()), null, "ns");
        Print("build", measurement.BuildSeconds, null, "s");
        Print("memory", measurement.MemoryBytes / 1048576.0, measurement.ReaderBytes / 1048576.0, "MiB (second: what readers touch)");
        var updates = measurement.Updates();
        Print("update", updates.MedianMicroseconds, updates.Percentile99Microseconds, $"us (longest {updates.MaxMicroseconds:f0})");
        var (slowdown, rate) = measurement.Disturbed(phases: 40, PinnedThread.AllowedCores());
        Print("slowdown", slowdown * 100, rate, "% at updates/s");
    }

    private static void Print(string name, double first, double? second, string unit) =>
        Console.WriteLine($"vrouter {name} {first:f2} {(second is { } value ? value.ToString("f2", null) : "-")} {unit}");
}
