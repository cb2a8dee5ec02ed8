using System.Diagnostics;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;

namespace VRouter.Benchmarks.Charts;

/// <summary>Measures all charts on the calling thread, in passes; a point's least value is of all passes, its median the least of their medians.</summary>
internal static class CostMeasurement
{
    /// <summary>Rounds of each point in a pass.</summary>
    public const int Rounds = 25;

    private const int Line = 64;
    private const int BatchSize = 256;
    private const int Destinations = 1_000_000;
    private const int HotDestinations = 1024;
    private const int ManyPrefixes = 4096;

    // The adjacency with its outer headers (three lines), the neighbor, and the path's MTU.
    private const int BytesPerPeer = 5 * Line;

    private static readonly ForwardingPath[] Paths =
        [ForwardingPath.Plain, ForwardingPath.IpipEncap, ForwardingPath.IpipDecap, ForwardingPath.VxlanEncap, ForwardingPath.VxlanDecap];

    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures everything.</summary>
    /// <param name="passes">How often.</param>
    /// <param name="tell">Hears what is measured next.</param>
    public static IReadOnlyList<CostChart> All(int passes, Action<string> tell)
    {
        // All paths at once first, so that every point finds the same machine code.
        Forward([.. Paths.Select(path => new EngineWorkload { Path = path })], FirstWarmUp);
        return [.. Enumerable.Range(1, passes).Select(Pass).Aggregate((all, pass) => [.. all.Zip(pass, Merge)])];

        CostChart[] Pass(int pass)
        {
            tell($"pass {pass} of {passes}: caches");
            var caches = Caches();
            tell("vector size");
            var vectors = ByPath(
                "vector-size", "Cost of a frame by vector size (64-byte frames, 1,024 prefixes, 64 peers)", "frames per vector", 2, [1, 2, 4, 8, 16, 32, 64, 128, 256],
                x => new EngineWorkload { Path = ForwardingPath.Plain, VectorSize = x }, x => 4L * Line * x, "four lines of a frame and its state, times the vector size");
            tell("frame size");
            var sizes = ByPath(
                "frame-size", "Cost of a frame by its size (vectors of 256, 1,024 prefixes, 64 peers)", "bytes of a frame, FCS included", 2,
                [64, 128, 256, 512, 1024, 1518, 2048, 4096, 9018],
                x => new EngineWorkload { Path = ForwardingPath.Plain, FrameSize = x }, x => (long)BatchSize * (x + Line), "256 frames with their metadata");
            tell("peers");
            var peers = ByPath(
                "peers", "Cost of a frame by peers (64-byte frames, vectors of 256, 4,096 prefixes)", "peer nodes, frames going to or coming from each in turn", 2,
                [1, 4, 16, 64, 256, 1024, 4096],
                x => new EngineWorkload { Path = ForwardingPath.Plain, Peers = x, Prefixes = ManyPrefixes }, x => (long)BytesPerPeer * x,
                "about 320 bytes a peer (adjacency, neighbor, path MTU)");
            tell("routes");
            return [caches, Routes(tell), peers, vectors, sizes];
        }
    }

    private static CostChart Merge(CostChart one, CostChart other) => one with
    {
        Series = [.. one.Series.Zip(other.Series, (first, second) => first with
        {
            Points = [.. first.Points.Zip(second.Points, (a, b) => a with { Least = Math.Min(a.Least, b.Least), Median = Math.Min(a.Median, b.Median) })],
        })],
    };

    private static CostChart Caches()
    {
        var sizes = Enumerable.Range(12, 16).SelectMany(power => new[] { 1L << power, 3L << (power - 1) });
        return new CostChart(
            "caches", "Where the caches end: a load that waits for the last one", "working set, visited in random order", "nanoseconds per load", 2, true,
            "the working set itself",
            [new CostSeries("dependent load", [.. sizes.Select(size => CacheLatency.Measure(size) is var time ? new CostPoint(size, time.Min, time.Median, size) : null!)])]);
    }

    private static CostChart ByPath(
        string name, string title, string xLabel, int logarithm, int[] xs, Func<int, EngineWorkload> workload, Func<int, long> workingSet, string workingSetText)
    {
        var points = Paths.ToDictionary(path => path, _ => new List<CostPoint>());
        foreach (var x in xs)
        {
            var spreads = Forward([.. Paths.Select(path => workload(x) with { Path = path })], WarmUp);
            foreach (var (path, spread) in Paths.Zip(spreads))
                points[path].Add(new CostPoint(x, spread.Min, spread.Median, workingSet(x)));
        }

        return new CostChart(
            name, title, xLabel, "nanoseconds per frame", logarithm, name == "frame-size", workingSetText,
            [.. Paths.Select(path => new CostSeries(ForwardingPaths.NameOf(path), points[path]))]);
    }

    private static CostChart Routes(Action<string> tell)
    {
        List<CostPoint> many = [], few = [], lookup = [];
        foreach (var count in (int[])[10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 900_000, 2_000_000])
        {
            tell($"  {count}");
            var routes = GeneratedRoutes.OfInternetShape(count);
            var workload = new EngineWorkload { Path = ForwardingPath.PlainFullTable, Routes = routes, Destinations = Destinations };
            var spreads = Forward([workload, workload with { Destinations = HotDestinations }], WarmUp);
            var addresses = Addresses(routes);
            var touched = TouchedBytes(routes, addresses);
            many.Add(new CostPoint(count, spreads[0].Min, spreads[0].Median, touched));
            few.Add(new CostPoint(count, spreads[1].Min, spreads[1].Median, touched));
            var time = Lookups(MultibitTrie.Build(routes), addresses);
            lookup.Add(new CostPoint(count, time.Min, time.Median, touched));
        }

        return new CostChart(
            "routes", "Cost of a frame by routes (plain path, 64-byte frames, vectors of 256, 64 peers)", "routes, shaped like the Internet's table", "nanoseconds per frame", 10, false,
            "lines of the FIB that a million destinations touch",
            [
                new CostSeries("plain path, 1,000,000 destinations", many),
                new CostSeries("plain path, 1,024 destinations", few),
                new CostSeries("lookup alone, 1,000,000 destinations", lookup),
            ]);
    }

    private static uint[] Addresses(IReadOnlyList<KeyValuePair<IPv4Prefix, int>> routes)
    {
        var space = new CoveredSpace(routes.Select(route => route.Key));
        var random = new Random(1);
        return [.. Enumerable.Range(0, Destinations).Select(_ => space.Draw(random))];
    }

    // A line of the root holds 16 words of a /18 each; a /18 with longer prefixes has a chunk of a line, or of more where a prefix is longer than /24.
    private static long TouchedBytes(IReadOnlyList<KeyValuePair<IPv4Prefix, int>> routes, uint[] addresses)
    {
        var divided = routes.Where(route => route.Key.Length > 18).Select(route => route.Key.Network.Value >> 14).ToHashSet();
        return Line * ((long)addresses.Select(address => address >> 18).Distinct().Count()
            + addresses.Select(address => address >> 14).Distinct().Count(divided.Contains));
    }

    private static Spread Lookups(MultibitTrie fib, uint[] addresses)
    {
        var results = new int[BatchSize];
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var from = 0; from + BatchSize <= addresses.Length; from += BatchSize)
                fib.Lookup(addresses.AsSpan(from, BatchSize), results);
            times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / addresses.Length);
        }

        return Spread.Of(times);
    }

    private static IReadOnlyList<Spread> Forward(IReadOnlyList<EngineWorkload> workloads, TimeSpan warmUp)
    {
        using var progress = new BenchProgress(null);
        var (_, paths) = new EngineBench(workloads, Rounds, warmUp).Run(timestampGigahertz: null, progress, CancellationToken.None);
        return [.. paths.Select(path => path.NanosecondsPerPacket)];
    }
}
