using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Host.Api;
using VRouter.Host.Daemon;
using VRouter.Host.Demo;
using VRouter.Host.Demo.Simulation;
using VRouter.Host.Replay;
using VRouter.Io.Ports;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Recording;

/// <summary>
/// The demo, its three routers recorded, on wires that lose, double, damage, delay and reorder: pods ping each other, ask routers in pieces, and tunnel packets come in pieces. What the
/// routers sent, counted and traced is kept, to be compared with what the recordings give.
/// </summary>
internal sealed class DemoOnBadWires : IDisposable
{
    private const int Rounds = 40;
    private const string Walker1 = "172.16.6.47", Walker2 = "172.16.6.249";
    private readonly DemoMode mode;
    private readonly SimulatedNetwork network;
    private readonly MemoryDemo demo;
    private readonly Dictionary<string, List<string>> ports = [];
    private readonly Dictionary<string, uint> traces = [];
    private ushort identification;

    public DemoOnBadWires(DemoMode mode, int workers, ulong seed, string folder)
    {
        this.mode = mode;
        demo = new MemoryDemo(mode);
        network = demo.Build(new SimulationOptions
        {
            Workers = workers,
            Recording = node => Path.Combine(folder, node + ".pcapng"),
            Prepare = (node, _, worker) => Prepare(node, worker),
            Wrap = (node, worker, port) => Wrap(node, worker, port, ++seed),
        });
    }

    /// <summary>The workers of each node.</summary>
    public Dictionary<string, List<Worker>> Workers { get; } = [];

    /// <summary>What was told of frames that were followed, by node.</summary>
    public Dictionary<string, List<TraceStep>> Trace { get; } = [];

    /// <summary>What left, by node, worker and port, in order.</summary>
    public Dictionary<(string Node, int Worker, string Port), List<byte[]>> Sent { get; } = [];

    /// <summary>What the workers of a node have counted.</summary>
    public IReadOnlyList<(OutcomeView Received, OutcomeView Originated)> CountersOf(string node) =>
        [.. Workers[node].Select(worker => (OutcomeView.Of(worker.Engine.Counters.Received), OutcomeView.Of(worker.Engine.Counters.Originated)))];

    /// <summary>Drops of all nodes for a reason.</summary>
    public long DropsOf(DropReason reason) => Workers.Values.SelectMany(workers => workers).Sum(worker => worker.Engine.Counters.DropsOf(reason));

    /// <summary>Last pieces of routers' answers to long echo requests, as busybox-1's wire carried them.</summary>
    public int LongAnswers => network.WireOf("busybox-1", "eth0").Frames.Count(frame => !frame.IsOutgoing && IsLastPieceOfEcho(frame.Data));

    public IReadOnlyList<string> RecordingFailures() => network.RecordingFailures();

    /// <summary>All of the traffic, and then time for what waits to end.</summary>
    public void Run()
    {
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (index, from) in demo.Topology.Pods.Index())
            {
                foreach (var to in demo.Topology.Pods.Where(to => to != from))
                    network.Pod(from.Name).Ping(to.Address, (uint)((round << 16) | index));
            }

            AskInPieces();
            TunnelInPieces();
            Pass(TimeSpan.FromMilliseconds(5));
        }

        // The rest of what is incomplete is given up after half a minute.
        Pass(TimeSpan.FromSeconds(40));
    }

    public void Dispose() => network.Dispose();

    private static bool IsLastPieceOfEcho(byte[] frame) =>
        EthernetHeader.Parse(frame, out var ethernet) == DropReason.None && ethernet.Type == EtherType.IPv4
        && IPv4Header.Parse(ethernet.Payload, out var packet) == DropReason.None
        && packet is { Protocol: IpProtocol.Icmp, IsFragment: true, MoreFragments: false };

    private void Pass(TimeSpan time) => network.RunUntil(() => false, time);

    private void Prepare(string node, Worker worker)
    {
        Workers.TryAdd(node, []);
        Workers[node].Add(worker);
        ports.TryAdd(node, []);
        Trace.TryAdd(node, []);
        worker.Engine.Tracer = new ReplayTracer(ports[node], Trace[node].Add);
    }

    private WatchedPort Wrap(string node, int worker, IPort port, ulong seed)
    {
        if (worker == 0)
            ports[node].Add(port.Name);
        var sent = Sent[(node, worker, port.Name)] = [];
        var bad = new FaultInjectingPort(port, new FaultProfile
        {
            Loss = 0.05, Duplication = 0.05, Corruption = 0.1, Reordering = 0.1, MaximumDelay = 3_000_000, Seed = seed,
        });
        return new WatchedPort(
            bad,
            () =>
            {
                traces[node] = traces.GetValueOrDefault(node) + 1;
                return ((uint)worker << 24) | traces[node];
            },
            sent.Add);
    }

    // A pod sends its own router, and another node's, echo requests that are longer than the wire takes.
    private void AskInPieces()
    {
        var pod = demo.Topology.Pods.Single(pod => pod.Name == "busybox-1");
        foreach (var node in new[] { Walker1, Walker2 })
        {
            var echo = FrameBuilder.EchoRequest(length: 3000);
            foreach (var piece in Cut(pod.Address.ToString(), node, IpProtocol.Icmp, echo))
                network.WireOf(pod.Name, "eth0").First.Send(FrameBuilder.Ethernet(pod.Mac!.Value.ToString(), "66:39:fa:e7:9f:a9", piece));
        }
    }

    // Walker-2's packets for busybox-1, as they arrive behind a hop with a small MTU.
    private void TunnelInPieces()
    {
        const string from = "192.168.135.74", to = "192.168.187.211";
        var inner = FrameBuilder.IPv4(from, to, IpProtocol.Udp, FrameBuilder.Udp(from, to, 53, 1000, FrameBuilder.Pattern(1200)));
        var (protocol, payload) = mode.IsVxlan ? (IpProtocol.Udp, Vxlan(inner)) : (IpProtocol.IPv4, inner);
        foreach (var piece in Cut(Walker2, Walker1, protocol, payload))
            network.WireOf("walker-1", "eth0").First.Send(FrameBuilder.Ethernet("fa:16:3e:8c:21:13", "fa:16:3e:02:8b:17", piece));
    }

    private static byte[] Vxlan(byte[] inner)
    {
        var header = new byte[VxlanHeader.Size];
        VxlanHeader.Write(header, 4096);
        return FrameBuilder.Udp(Walker2, Walker1, 50_000, 4789, [.. header, .. FrameBuilder.Ethernet("66:00:00:00:00:02", "66:00:00:00:00:01", inner)]);
    }

    private IEnumerable<byte[]> Cut(string from, string to, byte protocol, byte[] payload)
    {
        const int room = 800;
        var number = ++identification;
        for (var at = 0; at < payload.Length; at += room)
        {
            var end = Math.Min(at + room, payload.Length);
            yield return FrameBuilder.IPv4(
                from, to, protocol, payload[at..end], identification: number, moreFragments: end < payload.Length, fragmentOffset: at);
        }
    }
}
