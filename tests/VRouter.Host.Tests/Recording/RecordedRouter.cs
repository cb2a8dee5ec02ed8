using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Host.Daemon;
using VRouter.Host.Demo;
using VRouter.Host.Recording;
using VRouter.Host.Replay;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Routing;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Recording;

/// <summary>
/// A node of the demo with one worker or several, on bad wires in memory, driven by one thread and a seed, and recorded: pods and nodes send whatever there is, neighbors answer or not,
/// ports refuse frames, come and go, modes and routes change.
/// </summary>
internal sealed class RecordedRouter : IDisposable
{
    private const string Node = "walker-1";
    private static readonly RouteSource Bgp = new("bgp", 200);

    private readonly Random random;
    private readonly RandomRoutes generator;
    private readonly Quiescence quiescence = new();
    private readonly List<Worker> workers = [];
    private readonly List<DemoTraffic> traffic = [];
    private readonly RouteTable routes = new();
    private readonly LiveTables live;
    private readonly RouterRecording? recording;
    private readonly SortedSet<int> attached = [];
    private long now = 1_000_000_000;

    public RecordedRouter(int count, int seed, bool fused, string? path, RecordingOptions? options = null)
    {
        random = new Random(seed);
        generator = new RandomRoutes(random);
        var exchange = count > 1 ? new NeighborExchange(count) : null;
        var engine = new EngineOptions
        {
            FusedPath = fused,
            FirstIdentification = 77,
            Neighbors = new NeighborOptions { RetryInterval = 20_000_000, ReachableTime = 200_000_000, StaleTime = 300_000_000, FailedHoldOff = 30_000_000, HashSeed = 5 },
            NeighborQueue = new NeighborQueueOptions { PerNeighbor = 16, Total = 40 },
            IcmpErrors = new IcmpErrorOptions { HashSeed = 9, PerDestination = new RateLimit(1000, 50) },
        };
        for (var index = 0; index < count; index++)
        {
            workers.Add(new Worker(
                new FramePool(96, 1856, 8), engine with { Share = new EngineShare(index, count), Seat = exchange?.Seats[index] }, quiescence));
        }

        if (path is not null)
        {
            options ??= new RecordingOptions { Node = Node };
            recording = RouterRecording.Start(path, workers, engine, options with { IsSingleThreaded = true, ClockOffset = 0 });
        }

        live = new LiveTables(routes, quiescence, tables => workers.ForEach(worker => worker.Engine.Tables = tables)) { Journal = recording };
        recording?.Follow(live);
        for (var index = 0; index < count; index++)
        {
            workers[index].Engine.Tracer = new ReplayTracer(new Names(), Trace.Add);
            traffic.Add(new DemoTraffic(new Random(seed + (17 * index)), index, Sent.Add));
        }

        Ports(0, 1);
        Configure(DemoMode.Always);
    }

    /// <summary>What left, in order: time, worker, port, bytes.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>What the tracer was told of frames that were followed.</summary>
    public List<TraceStep> Trace { get; } = [];

    /// <summary>False: the pod sends no super-frames.</summary>
    public bool HasSuperFrames
    {
        set => traffic.ForEach(one => one.HasSuperFrames = value);
    }

    public RouterRecording Recording => recording!;

    public IReadOnlyList<Worker> Workers => workers;

    /// <summary>Lets time pass.</summary>
    public void Run(int passes)
    {
        for (var pass = 0; pass < passes; pass++)
        {
            now += random.Next(8) == 0 ? random.Next(60_000_000) : random.Next(40_000);
            if (random.Next(25) == 0)
                Change();
            for (var index = 0; index < workers.Count; index++)
            {
                if (random.Next(3) > 0)
                    traffic[index].Arrive(now);
                workers[index].RunOnce(now);
            }
        }
    }

    /// <summary>The counters of each worker, as a recording holds them.</summary>
    public List<byte[]> Counters() => [.. workers.Select(worker =>
    {
        var bytes = new byte[8 * CounterList.CountOf(worker.Engine.Counters)];
        CounterList.Write(worker.Engine.Counters, bytes);
        return bytes;
    })];

    public void Dispose()
    {
        recording?.Dispose();
        workers.ForEach(worker => worker.Dispose());
    }

    private void Change()
    {
        switch (random.Next(6))
        {
            case 0:
                Configure(DemoMode.All[random.Next(DemoMode.All.Count)]);
                break;
            case 1 when attached.Contains(1):
                foreach (var worker in workers)
                {
                    var port = worker.Ports[1]!;
                    worker.DetachPort(1);
                    worker.Invoke(port.Dispose);
                }

                attached.Remove(1);
                Configure(DemoMode.CrossSubnet);
                break;
            case 1:
                Ports(1);
                Configure(DemoMode.CrossSubnet);
                break;
            case 2:
                routes.Update(Bgp, Enumerable.Range(0, 5).Select(_ => generator.Route(Bgp)), []);
                break;
            case 3:
                routes.Withdraw(Bgp);
                break;
            case 4:
                live.LowerPathMtu(new PathMtuStep(Core.Tunnels.TunnelKind.Ipip, DemoTraffic.Peer, 900 + random.Next(400), now));
                break;
            default:
                routes.Set(generator.Route(Bgp));
                break;
        }
    }

    private void Ports(params int[] indices)
    {
        foreach (var index in indices)
        {
            for (var worker = 0; worker < workers.Count; worker++)
                workers[worker].AttachPort(index, traffic[worker].Open(index, workers[worker].Pool));
            attached.Add(index);
        }
    }

    private void Configure(DemoMode mode)
    {
        var view = Views.Of(new MemoryDemo(mode).Cluster, Node);
        var open = attached.Select(index => new AttachedPort(index, DemoTraffic.NameOf(index), 1500)).ToList();
        live.Configure(view, open, RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
    }

    private sealed class Names : IReadOnlyList<string>
    {
        public int Count => 2;

        public string this[int index] => DemoTraffic.NameOf(index);

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(DemoTraffic.NameOf).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
