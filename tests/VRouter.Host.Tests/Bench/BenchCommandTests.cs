using System.IO.Compression;
using System.Text.Json;
using VRouter.Host.Tests.Cli;

namespace VRouter.Host.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("vrbench-").FullName;

    [Fact]
    public async Task Engine_Json_HasTheFiguresOfEachPathAndWhatTheyDependOn()
    {
        var routes = Write("routes.txt", "# own table\n198.51.100.0/24\n\n2001:db8::/32\n203.0.113.0/24\n");
        var run = await CommandRun.Of("bench", "engine", "--rounds", "2", "--warm-up", "0", "--vector", "32", "--routes", routes, "--destinations", "100", "-o", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("engine", report.GetProperty("benchmark").GetString());
        Assert.Equal(["benchmark", "time", "host", "settings", "noise", "paths"], NamesOf(report));
        Assert.Equal(
            [
                "version", "cpu", "cores", "timestampGigahertz", "architecture", "instructionSets", "operatingSystem", "runtime", "compilation", "tieredCompilation",
                "tieredPgo", "serverGarbageCollector",
            ],
            NamesOf(report.GetProperty("host")));
        Assert.Equal(
            ["core", "rounds", "framesPerRound", "warmUpSeconds", "vectorSize", "frameSize", "prefixes", "peers", "routeSource"], NamesOf(report.GetProperty("settings")));
        Assert.Equal(32, report.GetProperty("settings").GetProperty("vectorSize").GetInt32());
        Assert.Equal(routes, report.GetProperty("settings").GetProperty("routeSource").GetString());
        Assert.Equal(
            ["noisy", "loadAverage", "calibrationMedianPercent", "calibrationMaxPercent", "disturbedRounds", "rounds", "notes"], NamesOf(report.GetProperty("noise")));
        var paths = report.GetProperty("paths").EnumerateArray().ToArray();
        Assert.Equal(
            ["plain", "ipip-encap", "ipip-decap", "vxlan-encap", "vxlan-decap", "plain-full-table"], paths.Select(path => path.GetProperty("path").GetString()));
        foreach (var path in paths)
        {
            Assert.Equal(
                ["path", "nanosecondsPerPacket", "megapacketsPerSecond", "clocksPerPacket", "allocatedBytesPerFrame", "routes", "destinations"], NamesOf(path));
            var (time, rate) = (path.GetProperty("nanosecondsPerPacket"), path.GetProperty("megapacketsPerSecond"));
            Assert.Equal(["min", "median", "max"], NamesOf(time));
            Assert.InRange(time.GetProperty("min").GetDouble(), double.Epsilon, time.GetProperty("max").GetDouble());
            Assert.Equal(1000, time.GetProperty("min").GetDouble() * rate.GetProperty("max").GetDouble(), 3);
        }

        Assert.Equal((2, 100), (paths[^1].GetProperty("routes").GetInt32(), paths[^1].GetProperty("destinations").GetInt32()));
    }

    [Fact]
    public async Task Engine_Table_NamesHostAndPathsOnPlainLines()
    {
        var run = await CommandRun.Of("bench", "engine", "--rounds", "1", "--warm-up", "0", "--path", "vxlan-decap", "--path", "plain", "--frame-size", "1518");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith("vRouter ", run.Output);
        Assert.Matches(@"(?m)^vxlan-decap( +[\d.,-]+){6} B$", run.Output);
        Assert.Matches(@"(?m)^plain( +[\d.,-]+){6} B$", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task Engine_MorePeersThanFramesMayWait_ForwardsToAll()
    {
        var run = await CommandRun.Of("bench", "engine", "--rounds", "1", "--warm-up", "0", "--path", "plain", "--path", "vxlan-encap", "--prefixes", "6000", "--peers", "6000");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task Lpm_Json_HasTrafficUpdatesAndMemory()
    {
        var run = await CommandRun.Of("bench", "lpm", "--routes", Compressed("routes.gz", "10.0.0.0/8\n10.1.0.0/16\n10.1.2.128/25\n"), "--rounds", "1", "--addresses", "65537", "-o", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(
            [
                "benchmark", "time", "host", "settings", "noise", "traffic", "dependentNanoseconds", "buildSeconds", "readerBytes", "memoryBytes", "updates",
                "readerSlowdownPercent", "updatesPerSecond",
            ],
            NamesOf(report));
        Assert.Equal((3, 131_072), (report.GetProperty("settings").GetProperty("routes").GetInt32(), report.GetProperty("settings").GetProperty("addressesPerRound").GetInt32()));
        Assert.Equal(
            ["zipf-1000", "zipf-10000", "zipf-100000", "uniform"], report.GetProperty("traffic").EnumerateArray().Select(one => one.GetProperty("traffic").GetString()));
        Assert.True(report.GetProperty("updates").GetProperty("updates").GetInt32() > 0);
    }

    [Theory]
    [InlineData("--vector 0", "--vector 0 is not within 1 to 256")]
    [InlineData("--frame-size 63", "--frame-size 63 is not within 64 to 9018")]
    [InlineData("--path fast", "'plain-full-table'")]
    [InlineData("--rounds some", "'some'")]
    [InlineData("--peers 2000", "--peers 2000 needs at least as many --prefixes")]
    [InlineData("--path plain --routes x", "--routes is for the path plain-full-table, which is not asked for")]
    [InlineData("--path plain --destinations 5", "--destinations has no meaning for plain")]
    [InlineData("--path plain-full-table --prefixes 5", "--prefixes has no meaning for plain-full-table")]
    [InlineData("--core 8000", "core 8000 is not one that this process may use")]
    public async Task Engine_SenselessOption_SaysWhatAndEndsWithCode2(string options, string message)
    {
        var run = await CommandRun.Of(["bench", "engine", .. options.Split(' ')]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Errors);
    }

    [Theory]
    [InlineData("192.0.2.0/24\n192.0.2.0/33\n", ":2: '192.0.2.0/33' is not an IPv4 prefix such as 192.0.2.0/24")]
    [InlineData("root:x:0:0\n", ":1: 'root:x:0:0' is not an IPv4 prefix such as 192.0.2.0/24")]
    [InlineData("# nothing\n2001:db8::/32\n", ": there is no IPv4 prefix in it")]
    public async Task Bench_BadRoutes_NamesTheLineAndEndsWithCode2(string content, string message)
    {
        var file = Write("bad.txt", content);
        foreach (var benchmark in (string[])["engine", "lpm"])
        {
            var run = await CommandRun.Of("bench", benchmark, "--routes", file);
            Assert.Equal((2, "", $"vrouter: {file}{message}\n"), (run.ExitCode, run.Output, run.Errors));
        }
    }

    [Fact]
    public async Task Bench_DamagedOrMissingRoutes_SaysSo()
    {
        var file = Path.Combine(directory, "damaged.gz");
        File.WriteAllBytes(file, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]);
        var run = await CommandRun.Of("bench", "lpm", "--routes", file);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"vrouter: {file}:1: the gzip data is damaged", run.Errors);
        run = await CommandRun.Of("bench", "lpm", "--routes", "/nonexistent/routes");
        Assert.Equal((2, "", "vrouter: /nonexistent/routes: there is no such file\n"), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task Engine_RoutesThatNoRouterForwardsTo_SaysSo()
    {
        var run = await CommandRun.Of("bench", "engine", "--routes", Write("local.txt", "127.0.0.0/8\n"), "--path", "plain-full-table");
        Assert.Equal((2, "vrouter: the routes cover no address that a router may forward to\n"), (run.ExitCode, run.Errors));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static IEnumerable<string> NamesOf(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private string Write(string name, string content)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    private string Compressed(string name, string content)
    {
        var path = Path.Combine(directory, name);
        using var text = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        text.Write(content);
        return path;
    }
}
