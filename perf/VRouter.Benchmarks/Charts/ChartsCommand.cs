using System.Text.Json;
using VRouter.Host.Bench;

namespace VRouter.Benchmarks.Charts;

/// <summary>
/// <c>charts DIRECTORY [PASSES]</c> measures how the cost of a frame grows, writes <c>cost.json</c> and draws its charts there; <c>charts draw DIRECTORY</c> draws
/// them from the file again. Draws with gnuplot.
/// </summary>
internal static class ChartsCommand
{
    private const string FileName = "cost.json";
    private const int UsualPasses = 2;

    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["draw", var directory]:
                return Draw(JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(directory, FileName)), CostJson.Default.CostReport)!, directory);
            case [var directory]:
                return Measure(directory, UsualPasses);
            case [var directory, var passes] when int.TryParse(passes, out var number) && number > 0:
                return Measure(directory, number);
            default:
                Console.Error.WriteLine("charts DIRECTORY [PASSES] | charts draw DIRECTORY");
                return 2;
        }
    }

    private static int Measure(string directory, int passes)
    {
        Directory.CreateDirectory(directory);
        var core = PinnedThread.Choose(null);
        var (begun, host, load) = (DateTimeOffset.UtcNow, HostFacts.Read(), LoadAverage());
        var charts = PinnedThread.Run(core, () => CostMeasurement.All(passes, Console.Error.WriteLine));
        var report = new CostReport(begun, host, CacheSize.Read(core), load, LoadAverage(), passes, CostMeasurement.Rounds, charts);
        File.WriteAllText(Path.Combine(directory, FileName), JsonSerializer.Serialize(report, CostJson.Default.CostReport) + "\n");
        return Draw(report, directory);
    }

    private static int Draw(CostReport report, string directory)
    {
        foreach (var chart in report.Charts)
            Gnuplot.Draw(new ChartScript(report, chart).Text(), Path.Combine(directory, $"{chart.Name}.svg"));
        return 0;
    }

    private static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]);
}
