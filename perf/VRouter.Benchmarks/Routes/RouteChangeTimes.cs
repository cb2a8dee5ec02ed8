using System.Diagnostics;
using VRouter.Host.Bench;
using VRouter.Host.Routing;

namespace VRouter.Benchmarks.Routes;

/// <summary>How long one change of one route takes, from the call until readers find it.</summary>
internal sealed class RouteChangeTimes(LiveRouter router)
{
    private const int Changes = 20_000;
    private const int Rounds = 3;
    private const int ChangesPerPass = 16;

    private readonly double[] times = new double[Changes];

    /// <summary>Each change leads a prefix to another of the next hops in use.</summary>
    public RouteChangeCost Replace() => Measure((index, round) =>
    {
        var now = (index % router.Prefixes.Length) % LiveRouter.HopsInUse;
        // Other than the hop of the change before to the same prefix, whichever round or lap that was.
        var lap = (round * ((Changes / router.Prefixes.Length) + 1)) + (index / router.Prefixes.Length) + 1;
        var route = Route(index, (now + lap) % LiveRouter.HopsInUse);
        return () => router.Table.Set(route);
    });

    /// <summary>Removals and additions of the same prefix in turn.</summary>
    public RouteChangeCost RemoveAndAdd() => Measure((index, _) =>
    {
        var route = Route(index / 2, 0);
        return index % 2 == 0 ? () => router.Table.Remove(LiveRouter.Source, route.Prefix) : () => router.Table.Set(route);
    });

    private Route Route(int index, int hop) => new(router.Prefixes[index % router.Prefixes.Length], LiveRouter.NextHops[hop], LiveRouter.Source);

    private RouteChangeCost Measure(Func<int, int, Action> change)
    {
        RouteChangeCost? cost = null;
        for (var round = 0; round < Rounds; round++)
        {
            Action[] changes = [.. Enumerable.Range(0, Changes).Select(index => change(index, round))];
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var index = 0; index < Changes; index++)
            {
                var start = Stopwatch.GetTimestamp();
                changes[index]();
                times[index] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                if (index % ChangesPerPass == 0)
                    router.Worker.RunOnce(index);
            }

            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            var total = times.Sum();
            Array.Sort(times);
            cost = new RouteChangeCost(Spread.Of(times), times[Changes * 99 / 100], Changes / total * 1e6, (double)bytes / Changes);
            router.Load();
        }

        return cost!;
    }
}
