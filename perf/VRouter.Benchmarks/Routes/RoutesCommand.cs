using System.Diagnostics;
using VRouter.Core.Tables;
using VRouter.Host.Bench;

namespace VRouter.Benchmarks.Routes;

/// <summary><c>routes [FILE]</c>: what a change of a route costs the control plane and the data path beside it, for small and large tables.</summary>
internal static class RoutesCommand
{
    private const int GeneratedCount = 901_899;
    private static readonly int[] Rates = [0, 1_000, 10_000];

    public static int Run(string[] arguments)
    {
        if (arguments.Length > 1)
        {
            Console.Error.WriteLine("routes [FILE]");
            return 2;
        }

        var routes = arguments is [var path] ? RouteFile.Read(path, LiveRouter.HopsInUse) : GeneratedRoutes.OfInternetShape(GeneratedCount, LiveRouter.HopsInUse);
        var prefixes = routes.Select(route => route.Key).ToArray();
        new Random(1).Shuffle(prefixes);
        foreach (var size in new[] { 10, 10_000, prefixes.Length })
        {
            var start = Stopwatch.GetTimestamp();
            using var router = new LiveRouter(prefixes[..Math.Min(size, prefixes.Length)]);
            Console.WriteLine($"{router.Prefixes.Length} routes, loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:f0} ms");
            var times = new RouteChangeTimes(router);
            Print("replace", times.Replace());
            Print("remove and add", times.RemoveAndAdd());
            if (size == 10)
                continue;
            foreach (var (rate, cost) in new FramesBesideChanges(router).Measure(Rates, PinnedThread.Choose(null)))
                Console.WriteLine($"  a frame beside {rate} changes/s: median {cost.Median:f1} ns, least {cost.Min:f1} ns");
        }

        return 0;
    }

    private static void Print(string name, RouteChangeCost cost) => Console.WriteLine(
        $"  {name}: median {cost.Microseconds.Median:f2} us, 99 % within {cost.Percentile99:f2} us, {cost.PerSecond:f0} changes/s, {cost.BytesEach:f0} bytes each");
}
