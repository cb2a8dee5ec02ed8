using VRouter.Core.Forwarding;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;
using VRouter.TestKit;

namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>
/// A router with real workers and af-packet ports on three pods. Two pods send and receive; the third only receives, and its port comes and goes. Routes
/// of 10.100.0.0/14 change all the time, in the live tables.
/// </summary>
internal sealed class SoakNetwork : IDisposable
{
    public const int Pods = 3;
    public const int Fleeting = 2;
    private const int RouteSlots = 1024;
    private const int FirstPodAdjacency = 1;
    private const int ShortMtu = 600;
    private readonly ScratchNamespace node = new();
    private readonly WorkerGroup workers;
    private readonly WorkerThreads threads;
    private readonly MultibitTrie fib;
    private readonly Random random = new(7);
    private readonly int[] routes = new int[RouteSlots];
    private readonly List<(int Index, IReadOnlyList<IPort> Queues)> open = [];
    private readonly PortEntry?[] entries = new PortEntry?[Pods];
    private Exception? defect;

    public SoakNetwork(int workerCount, double? framesPerSecond = null)
    {
        workers = WorkerGroup.Create(workerCount, 2048, 1856, new EngineOptions());
        fib = new MultibitTrie(workers.Quiescence);
        All = [.. Enumerable.Range(0, Pods).Select(number => new SoakPod(number, node, framesPerSecond))];
        threads = new WorkerThreads(workers, TimeSpan.FromMicroseconds(50), failure => defect = failure);
        foreach (var pod in All)
            fib.Set(IPv4Prefix.Host(pod.Address), FirstPodAdjacency + pod.Number);
        fib.Set(IPv4Prefix.Parse("192.0.2.0/24"), FirstPodAdjacency + Pods);
    }

    public IReadOnlyList<SoakPod> All { get; }

    public long RouteChanges { get; private set; }

    public long PortChanges { get; private set; }

    /// <summary>What ports counted that are closed by now.</summary>
    public long ClosedTransmitted { get; private set; }

    /// <summary>As <see cref="ClosedTransmitted"/>, of what they received.</summary>
    public long ClosedReceived { get; private set; }

    public Exception? Defect => Volatile.Read(ref defect);

    /// <summary>The node's network namespace.</summary>
    public ScratchNamespace Node => node;

    /// <summary>The name of the TAP device of a pod that is opened with one; nobody is behind it.</summary>
    public static string TapOf(int pod) => $"tap{pod}";

    /// <summary>What a pod's port has counted over all workers since it was opened, and whether it can send.</summary>
    public (long Received, long Lost, long Transmitted, long Refused, bool IsUp) PortOf(int pod)
    {
        var queues = open.Single(port => port.Index == pod).Queues;
        return (
            queues.Sum(queue => queue.Counters.ReceivedFrames),
            queues.Sum(queue => Core.Graph.DropReasons.All.Sum(queue.Counters.ReceiveDropsOf)),
            queues.Sum(queue => queue.Counters.TransmittedFrames),
            queues.Sum(queue => Core.Graph.DropReasons.All.Sum(queue.Counters.TransmitDropsOf)),
            queues.All(queue => queue.State.IsUp));
    }

    public async Task OpenAsync(int pod, string driver = "af-packet")
    {
        IReadOnlyList<IPort> queues = driver switch
        {
            "tap" => TapPort.CreateShared(new TapOptions(TapOf(pod)) { NetworkNamespace = node.Name }, workers.Count, 0).OrThrow(),
            "af-xdp" => [AfXdpPort.Open(All[pod].Interface, new XdpMemory(workers.Workers[0].Pool), new AfXdpOptions { NetworkNamespace = node.Name, ReadyFrames = 256 }).OrThrow()],
            _ => AfPacketPort.OpenShared(All[pod].Interface, workers.Count, node.Name).OrThrow(),
        };
        await workers.AttachPort(pod, [.. queues]);
        entries[pod] = new PortEntry
        {
            Index = pod,
            Name = All[pod].Interface,
            Role = PortRole.Workload,
            Mac = MacAddress.WorkloadGateway,
            Mtu = 1500,
            WorkloadAddresses = [All[pod].Address],
            WorkloadMac = All[pod].Mac,
        };
        open.Add((pod, queues));
        await PublishAsync();
        PortChanges++;
    }

    public async Task CloseAsync(int pod)
    {
        entries[pod] = null;
        await PublishAsync();
        await workers.DetachPort(pod);
        var closed = open.Single(port => port.Index == pod);
        open.Remove(closed);
        foreach (var queue in closed.Queues)
        {
            if (queue is IFrameHolder holder)
            {
                holder.Close();
                await workers.Workers[0].Invoke(holder.ReturnFrames);
            }

            ClosedTransmitted += queue.Counters.TransmittedFrames;
            ClosedReceived += queue.Counters.ReceivedFrames;
            queue.Dispose();
        }

        PortChanges++;
    }

    /// <summary>Changes a route in the live table: sets, replaces or removes it.</summary>
    public void ChangeRoute()
    {
        var slot = random.Next(RouteSlots);
        var prefix = new IPv4Prefix(new IPv4Address(10, (byte)(100 + (slot >> 8)), (byte)slot, 0), 24);
        var next = random.Next(3) == 0 ? 0 : FirstPodAdjacency + random.Next(Pods + 2);
        if (next == 0)
            fib.Remove(prefix);
        else
            fib.Set(prefix, next);
        routes[slot] = next;
        RouteChanges++;
    }

    public async Task<SoakCounts> CountAsync()
    {
        var parts = await workers.ReadAsync((worker, index) =>
        {
            var (received, originated) = (worker.Engine.Counters.Received, worker.Engine.Counters.Originated);
            Assert.Equal(received.Entered, received.Forwarded + received.Answered + received.Delivered + received.Dropped + received.Held);
            Assert.Equal(originated.Entered, originated.Forwarded + originated.Answered + originated.Delivered + originated.Dropped + originated.Held);
            var ports = open.Select(port => port.Queues[index]).ToList();
            ports.OfType<AfPacketPort>().ToList().ForEach(port => port.Refresh());
            return new SoakCounts(
                ports.Sum(port => port.Counters.ReceivedFrames),
                ports.Sum(port => port.Counters.ReceiveDropsOf(Core.Graph.DropReason.RxRingFull)),
                received.Entered,
                received.Forwarded + received.Answered + originated.Forwarded + originated.Answered,
                ports.Sum(port => port.Counters.TransmittedFrames),
                received.Dropped,
                originated.Entered,
                worker.Pool.Outstanding - (int)(received.Held + originated.Held));
        });
        return parts.Aggregate((sum, part) => sum.Plus(part)) with { Transmitted = parts.Sum(part => part.Transmitted) + ClosedTransmitted };
    }

    public void Dispose()
    {
        foreach (var pod in All)
            pod.End();
        threads.Dispose();
        workers.Dispose();
        foreach (var pod in All)
            pod.Dispose();
        node.Dispose();
    }

    private async Task PublishAsync()
    {
        workers.Publish(new ForwardingTables
        {
            Fib = fib,
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                .. All.Select(pod => new Adjacency { Kind = AdjacencyKind.NextHop, Port = pod.Number, NextHop = pod.Address, NextHopMac = pod.Mac, Mtu = 1500 }),
                new Adjacency { Kind = AdjacencyKind.Drop, DropReason = Core.Graph.DropReason.RouteBlackhole },
                new Adjacency { Kind = AdjacencyKind.NextHop, Port = 1, NextHop = All[1].Address, NextHopMac = All[1].Mac, Mtu = ShortMtu },
            ],
            Ports = [.. entries],
            NodeAddress = new IPv4Address(172, 16, 0, 1),
            LocalAddresses = new AddressSet([new IPv4Address(172, 16, 0, 1)]),
        });
        await workers.SettleAsync();
    }
}
