using VRouter.Core.Forwarding;
using VRouter.Core.Tables;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;
using VRouter.Host.Daemon;
using VRouter.Io.Linux;

namespace VRouter.Benchmarks.Workers;

/// <summary>
/// <c>workers</c>: how two workers scale. One worker on one core, then two on two cores, in turn, by the same tables and with ports in memory. Prints frames a
/// second, and processor time for each frame, which other programs on the machine disturb less.
/// </summary>
internal static class WorkersCommand
{
    private const int Rounds = 9;
    private const int Peers = 64;
    private const int Prefixes = 1024;
    private const int FrameSize = 64;
    private const int PoolSize = 2048;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(300);

    public static int Run()
    {
        var cores = PinnedThread.AllowedCores();
        if (cores.Length < 2)
        {
            Console.Error.WriteLine("two cores are needed");
            return 1;
        }

        foreach (var path in new[] { ForwardingPath.Plain, ForwardingPath.VxlanEncap })
        {
            using var group = WorkerGroup.Create(2, PoolSize, 1856, new EngineOptions());
            Prepare(group, path);
            Drive(group, cores, 2);
            double[] single = new double[Rounds], pair = new double[Rounds], singleCost = new double[Rounds], pairCost = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
            {
                (single[round], singleCost[round]) = Drive(group, cores, 1);
                (pair[round], pairCost[round]) = Drive(group, cores, 2);
            }

            Console.WriteLine(
                $"{path}: one worker {Median(single) / 1e6:0.0} Mpps, two {Median(pair) / 1e6:0.0} Mpps: median of ratios "
                + $"{Median([.. pair.Zip(single, (two, one) => two / one)]):0.00}; processor time {singleCost.Min():0.0} and {pairCost.Min():0.0} ns a frame: "
                + $"{2 * singleCost.Min() / pairCost.Min():0.00}");
        }

        return 0;
    }

    private static void Prepare(WorkerGroup group, ForwardingPath path)
    {
        group.Publish(ScenarioNetwork.WithBlocks(path, Prefixes, Peers, ScenarioNetwork.LinkMtu(FrameSize)));
        for (var worker = 0; worker < group.Count; worker++)
        {
            var pod = new FlowPort("pod", [.. Enumerable.Range(0, Prefixes).Select(block => ScenarioFrames.FromPod(HostIn(block), block, FrameSize))]);
            var uplink = new FlowPort("eth0", []);
            _ = group.Workers[worker].AttachPort(ScenarioNetwork.WorkloadPort, pod);
            _ = group.Workers[worker].AttachPort(ScenarioNetwork.UplinkPort, uplink);
            group.Workers[worker].RunOnce(1);
            for (var peer = 0; peer < Peers; peer++)
                uplink.Once(ScenarioFrames.ArpReply(peer));
            for (var pass = 2; pass < 2 + Peers; pass++)
                group.Workers[worker].RunOnce(pass);
        }
    }

    private static VRouter.Core.Wire.IPv4Address HostIn(int block) => new(ScenarioNetwork.Block(block).Network.Value + 5);

    // Frames a second over all workers, and processor time for each frame in nanoseconds.
    private static (double Rate, double Cost) Drive(WorkerGroup group, int[] cores, int workers)
    {
        var frames = new long[workers];
        var cost = new long[workers];
        using var start = new Barrier(workers);
        var threads = Enumerable.Range(0, workers).Select(index => new Thread(() =>
        {
            _ = ThreadAffinity.Set(cores[^(index + 1)]).OrThrow();
            var worker = group.Workers[index];
            start.SignalAndWait();
            var (begin, clock) = (WorkerThread.Now, ThreadClock.Now());
            var end = begin + (long)RoundTime.TotalNanoseconds;
            for (var now = begin; now < end; now = WorkerThread.Now)
                frames[index] += worker.RunOnce(now);
            cost[index] = ThreadClock.Now() - clock;
            worker.Rest();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return (frames.Sum() / RoundTime.TotalSeconds, (double)cost.Sum() / frames.Sum());
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
