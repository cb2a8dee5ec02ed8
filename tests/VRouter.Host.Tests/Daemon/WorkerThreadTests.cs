using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Daemon;

/// <summary>When the thread of a worker that has nothing to do wakes. What is asserted are counts, since times depend on what else runs.</summary>
public sealed class WorkerThreadTests
{
    private const long Millisecond = 1_000_000;
    private const int Requests = 3;
    private static readonly IPv4Address Neighbor = new(10, 0, 0, 9);

    [Fact]
    public async Task Sleeping_NothingIsDue_WakesOnlyForWhatIsAsked()
    {
        using var worker = NewWorker();
        using var thread = new WorkerThread(worker, "test", TimeSpan.Zero);
        var port = new SilentPort();
        await worker.AttachPort(0, port);
        var before = port.Asked;

        await Task.Delay(300);
        var asleep = port.Asked - before;
        for (var i = 0; i < 5; i++)
            await worker.Invoke(() => { });

        // The pass that attached it may have come after the count, and ended with one more.
        Assert.InRange(asleep, 0, 2);
        Assert.InRange(port.Asked - before, 4, 12);
        thread.Stop();
    }

    [Fact]
    public async Task Sleeping_ANeighborDoesNotAnswer_IsAskedAgainInTimeThoughNothingComes()
    {
        using var worker = NewWorker();
        using var thread = new WorkerThread(worker, "test", TimeSpan.Zero);
        var port = new SilentPort();
        await worker.AttachPort(0, port);
        await worker.Publish(Tables());
        var before = port.Asked;

        await worker.Invoke(() => worker.Engine.Neighbors.Request(0, Neighbor, WorkerThread.Now, out _));
        for (var tries = 0; port.Sent < Requests - 1 && tries < 1000; tries++)
            await Task.Delay(10);

        // The first request is the stage's own, which was not used here.
        Assert.Equal(Requests - 1, port.Sent);
        Assert.InRange(port.Asked - before, Requests - 1, 20);
        thread.Stop();
    }

    [Fact]
    public async Task Sleeping_APortWantsToBeAsked_IsAskedThen()
    {
        using var worker = NewWorker();
        using var thread = new WorkerThread(worker, "test", TimeSpan.Zero);
        var port = new SilentPort { LookInterval = 20 * Millisecond };
        await worker.AttachPort(0, port);
        var before = port.Asked;

        for (var tries = 0; port.Asked - before < 10 && tries < 1000; tries++)
            await Task.Delay(10);

        Assert.InRange(port.Asked - before, 10, int.MaxValue);
        thread.Stop();
    }

    private static Worker NewWorker() => new(
        new FramePool(64), new EngineOptions { Neighbors = new NeighborOptions { RetryInterval = 100 * Millisecond, MaxRequests = Requests } });

    private static ForwardingTables Tables()
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Parse("10.0.0.0/24"), 1);
        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies = [ForwardingTables.NoRouteAdjacency, new Adjacency { Kind = AdjacencyKind.Connected, Port = 0, Mtu = 1500 }],
            Ports =
            [
                new PortEntry
                {
                    Index = 0, Name = "eth0", Role = PortRole.Uplink, Mac = MacAddress.WorkloadGateway, Mtu = 1500,
                    Address = new IPv4Address(10, 0, 0, 1), Subnet = IPv4Prefix.Parse("10.0.0.0/24"),
                },
            ],
            NodeAddress = new IPv4Address(10, 0, 0, 1),
            LocalAddresses = new AddressSet([new IPv4Address(10, 0, 0, 1)]),
        };
    }

    /// <summary>Gives nothing, and has no descriptor either; counts what it is asked and given.</summary>
    private sealed class SilentPort : IPort
    {
        private int asked;
        private int sent;

        public string Name => "eth0";

        public string Driver => "memory";

        public int Mtu => 1500;

        public MacAddress Mac => MacAddress.WorkloadGateway;

        public int Descriptor => -1;

        public long? LookInterval { get; init; }

        public PortCounters Counters { get; } = new();

        public PortState State => PortState.Up;

        public int Asked => Volatile.Read(ref asked);

        public int Sent => Volatile.Read(ref sent);

        public long NextLook(long now) => LookInterval is { } interval ? now + interval : long.MaxValue;

        public int Receive(FramePool pool, FrameVector vector, long now)
        {
            Interlocked.Increment(ref asked);
            return 0;
        }

        public void Transmit(FrameVector vector)
        {
            vector.Verdicts.Fill(Verdict.Transmit);
            Interlocked.Add(ref sent, vector.Count);
        }

        public void Dispose()
        {
        }
    }
}
