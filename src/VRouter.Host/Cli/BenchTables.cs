using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;
using VRouter.Host.Bench.Lpm;

namespace VRouter.Host.Cli;

/// <summary>Writes benchmarks' reports as people read them.</summary>
internal static class BenchTables
{
    private const string Unknown = "-";

    public static void Engine(EngineReport report, TextWriter output, bool isTerminal)
    {
        var settings = report.Settings;
        WriteHost(report.Host, settings.Core, output);
        output.WriteLine($"frames of {settings.FrameSize} bytes, vectors of {settings.VectorSize}, {settings.Peers:N0} peers, {settings.Rounds:N0} rounds of "
            + $"{settings.FramesPerRound:N0} frames");
        foreach (var path in report.Paths.DistinctBy(path => (path.Routes, path.Destinations)))
        {
            var isFullTable = path.Path == ForwardingPaths.NameOf(ForwardingPath.PlainFullTable);
            output.WriteLine($"{(isFullTable ? path.Path : "tables")}: {path.Routes:N0} routes{(isFullTable ? $" ({settings.RouteSource})" : "")}, "
                + $"{path.Destinations:N0} destinations");
        }

        output.WriteLine();
        string[] numbers = ["ns/packet", "median", "max", "Mpps", "clocks", "allocated"];
        var table = new DataTable(["path", .. numbers]).Numbers(numbers);
        foreach (var path in report.Paths)
        {
            var (time, rate) = (path.NanosecondsPerPacket, path.MegapacketsPerSecond);
            table.Add(
                path.Path,
                $"{time.Min:0.0}",
                $"{time.Median:0.0}",
                $"{time.Max:0.0}",
                $"{rate.Max:0.0}",
                path.ClocksPerPacket is { } clocks ? $"{clocks.Min:0}" : Unknown,
                $"{path.AllocatedBytesPerFrame:0.##} B");
        }

        table.Write(output, isTerminal);
        WriteNoise(report.Noise, output);
    }

    public static void Lpm(LpmReport report, TextWriter output, bool isTerminal)
    {
        var settings = report.Settings;
        WriteHost(report.Host, settings.Core, output);
        output.WriteLine($"{settings.Routes:N0} routes ({settings.RouteSource}), {settings.NextHops:N0} next hops, batches of {settings.BatchSize}, "
            + $"{settings.Rounds:N0} rounds of {settings.AddressesPerRound:N0} addresses");
        output.WriteLine();
        string[] numbers = ["Mlookups/s", "min", "max", "ns"];
        var traffic = new DataTable(["traffic", .. numbers]).Numbers(numbers);
        foreach (var one in report.Traffic)
        {
            var rate = one.MegalookupsPerSecond;
            traffic.Add(
                one.Destinations is { } destinations ? $"Zipf, {destinations:N0} destinations" : "uniform over the covered space",
                $"{rate.Median:0}",
                $"{rate.Min:0}",
                $"{rate.Max:0}",
                $"{one.NanosecondsPerLookup.Median:0.00}");
        }

        var dependent = report.DependentNanoseconds;
        traffic.Add(
            "each depends on the last", $"{1000 / dependent.Median:0}", $"{1000 / dependent.Max:0}", $"{1000 / dependent.Min:0}", $"{dependent.Median:0.00}");
        traffic.Write(output, isTerminal);
        output.WriteLine();
        var (updates, other) = (report.Updates, new DataTable("", "measured"));
        other.Add("build", $"{report.BuildSeconds:0.000} s");
        other.Add("memory that lookups touch", $"{report.ReaderBytes / 1048576.0:0.0} MiB");
        other.Add("memory, control side included", $"{report.MemoryBytes / 1048576.0:0.0} MiB");
        other.Add($"one update, median of {updates.Updates:N0}", $"{updates.MedianMicroseconds:0.0} us");
        other.Add("one update, 99th percentile", $"{updates.Percentile99Microseconds:0.0} us");
        other.Add("one update, longest", $"{updates.MaxMicroseconds:N0} us");
        other.Add(
            report.UpdatesPerSecond is { } rates ? $"lookups beside {rates:N0} updates/s" : "lookups beside updates",
            report.ReaderSlowdownPercent is { } percent ? $"{percent:0.0} % slower" : "not measured: there is no other core");
        other.Write(output, isTerminal);
        WriteNoise(report.Noise, output);
    }

    private static void WriteHost(HostFacts host, int core, TextWriter output)
    {
        var clock = host.TimestampGigahertz is { } rate ? $", time stamp counter {rate:0.00} GHz" : "";
        output.WriteLine($"vRouter {host.Version}, {host.Cpu}{clock}, core {core} of {host.Cores} allowed, {host.OperatingSystem}");
        output.WriteLine($"{host.Runtime}, {host.Architecture} with {string.Join(' ', host.InstructionSets)}; {host.Compilation}, tiered compilation {OnOff(host.TieredCompilation)}, "
            + $"profile-guided {OnOff(host.TieredPgo)}, {(host.ServerGarbageCollector ? "server" : "workstation")} garbage collector");
    }

    private static void WriteNoise(NoiseReport noise, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"load average before {noise.LoadAverage:0.00}; a fixed loop varied by {noise.CalibrationMedianPercent:0.0} % in the median, "
            + $"{noise.CalibrationMaxPercent:0.0} % at most; {noise.DisturbedRounds:N0} of {noise.Rounds:N0} rounds disturbed");
        foreach (var note in noise.Notes)
            output.WriteLine($"note: {note}");
    }

    private static string OnOff(bool isOn) => isOn ? "on" : "off";
}
