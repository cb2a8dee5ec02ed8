using System.Text.Json;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Io;

namespace VRouter.Benchmarks.Charts;

/// <summary>
/// <c>charts DIRECTORY [PASSES]</c> measures how the cost of a frame grows, writes <c>cost.json</c> and draws its charts there; <c>charts draw DIRECTORY</c> draws
/// them from the file again; <c>charts io DIRECTORY</c> draws what reports of <c>bench io -o json</c> say, which are there as <c>io-*.json</c>. Draws with gnuplot.
/// </summary>
internal static class ChartsCommand
{
    private const string FileName = "cost.json";
    private const int UsualPasses = 2;

    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["io", var directory]:
                return DrawIo(directory);
            case ["draw", var directory]:
                return Draw(JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(directory, FileName)), CostJson.Default.CostReport)!, directory);
            case [var directory]:
                return Measure(directory, UsualPasses);
            case [var directory, var passes] when int.TryParse(passes, out var number) && number > 0:
                return Measure(directory, number);
            default:
                Console.Error.WriteLine("charts DIRECTORY [PASSES] | charts draw DIRECTORY | charts io DIRECTORY");
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

    private static int DrawIo(string directory)
    {
        var reports = Directory.GetFiles(directory, "io-*.json")
            .Select(file => JsonSerializer.Deserialize(File.ReadAllText(file), IoJson.Default.IoReport)!)
            .OrderBy(report => report.Settings.Driver, StringComparer.Ordinal).ThenBy(report => report.Settings.Mode == "plain" ? 0 : 1).ThenBy(report => report.Settings.Mode, StringComparer.Ordinal)
            .ToList();
        if (reports.Count == 0)
        {
            Console.Error.WriteLine($"charts: {directory} has no io-*.json; perf/peers/io_charts.sh makes them");
            return 1;
        }

        Gnuplot.Draw(IoChart.Received.Script(reports), Path.Combine(directory, "io-received.svg"));
        Gnuplot.Draw(IoChart.Processor.Script(reports), Path.Combine(directory, "io-processor.svg"));
        return 0;
    }

    private static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0]);
}
