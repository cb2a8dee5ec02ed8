using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.Core.Tests.Graph;

public sealed class StageGraphTests : IDisposable
{
    private readonly FramePool pool = new(1024, 128);
    private readonly RecordingTransmitter transmitter = new();

    public void Dispose()
    {
        Assert.Equal(0, pool.Outstanding);
        pool.Dispose();
    }

    [Fact]
    public void Run_Drop_FreesAndCountsWithReasonAndPort()
    {
        var graph = Graph(null, new FuncStage("in", [], (_, _) => Verdict.Drop(DropReason.NoRoute)));

        graph.Run(Frames(3, rxPort: 0), Tables(1), now: 1);

        Assert.Equal(3, graph.Counters.Received.Entered);
        Assert.Equal(3, graph.Counters.Received.Dropped);
        Assert.Equal(3, graph.Counters.DropsOf(DropReason.NoRoute));
        Assert.Equal(3, graph.Counters.DropsOfPort(0)![(int)DropReason.NoRoute]);
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_TransmitAnswerAndForward_AreCountedApart()
    {
        var graph = Graph(null, new FuncStage("in", [], (frame, index) =>
        {
            frame.Metadata.TxPort = 1;
            if (index == 0)
                frame.Metadata.Flags |= FrameFlags.Answer;
            return Verdict.Transmit;
        }));

        graph.Run(Frames(3), Tables(2), now: 1);

        Assert.Equal(1, graph.Counters.Received.Answered);
        Assert.Equal(2, graph.Counters.Received.Forwarded);
        Assert.Equal([(1, 3)], transmitter.Calls);
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_PortRefuses_CountsTheDropAndMakesNoIcmpError()
    {
        transmitter.Verdict = Verdict.Drop(DropReason.TxRingFull);
        var graph = Graph("errors",
            new FuncStage("in", [], (frame, _) => { frame.Metadata.TxPort = 0; return Verdict.Transmit; }),
            new FuncStage("errors", [], (_, _) => throw new InvalidOperationException("no error expected")));

        graph.Run(Frames(2), Tables(1), now: 1);

        Assert.Equal(2, graph.Counters.Received.DropsOf(DropReason.TxRingFull));
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_TransmitToNoPort_Drops()
    {
        var graph = Graph(null, new FuncStage("in", [], (_, _) => Verdict.Transmit));

        graph.Run(Frames(1), Tables(1), now: 1);

        Assert.Equal(1, graph.Counters.Received.DropsOf(DropReason.PortUnavailable));
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_DropWithIcmpReply_GoesToTheErrorStageAsOriginated()
    {
        var graph = Graph("errors",
            new FuncStage("in", [], (_, _) => Verdict.Drop(DropReason.TtlExpired)),
            new FuncStage("errors", [], (frame, _) =>
            {
                Assert.Equal(DropReason.TtlExpired, frame.Metadata.Reason);
                frame.Metadata.TxPort = 0;
                return Verdict.Transmit;
            }));

        graph.Run(Frames(2), Tables(1), now: 1);

        Assert.Equal(2, graph.Counters.Received.DropsOf(DropReason.TtlExpired));
        Assert.Equal(2, graph.Counters.Originated.Forwarded);
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_MoreFramesThanAVector_RunsTheStageAgain()
    {
        // Each of 256 frames becomes three.
        var graph = Graph(null,
            new FuncStage("in", ["out"], (_, _) => Verdict.To(0), context =>
            {
                for (var copy = 0; copy < 512; copy++)
                {
                    Assert.True(context.TryOriginate(out var frame));
                    context.Emit(frame, Verdict.To(0));
                }
            }),
            new FuncStage("out", [], (frame, _) => { frame.Metadata.TxPort = 0; return Verdict.Transmit; }));

        graph.Run(Frames(256), Tables(1), now: 1);

        Assert.Equal(3, graph.Counters.Stages[1].Calls);
        Assert.Equal(768, graph.Counters.Stages[1].Frames);
        Assert.Equal(768, transmitter.Calls.Sum(call => call.Count));
        AssertBalanced(graph);
    }

    [Fact]
    public void Run_HoldAndRelease_Balances()
    {
        var held = new List<Frame>();
        var graph = Graph(null, new FuncStage("in", [], (frame, _) => { held.Add(frame); return Verdict.Hold; })
        {
            Timer = context =>
            {
                foreach (var frame in held)
                    context.Release(frame, Verdict.Drop(DropReason.NeighborUnresolved));
                held.Clear();
            },
        });
        graph.Run(Frames(2), Tables(1), now: 1);
        Assert.Equal(2, graph.Counters.Received.Held);
        AssertBalanced(graph);

        graph.RunTimers(Tables(1), now: 2);

        Assert.Equal(0, graph.Counters.Received.Held);
        Assert.Equal(2, graph.Counters.Received.Dropped);
        AssertBalanced(graph);
    }

    [Fact]
    public void TryOriginate_PoolEmpty_CountsNoBuffer()
    {
        var graph = Graph(null, new FuncStage("in", [], (_, _) => Verdict.Deliver, context =>
        {
            while (context.TryOriginate(out var frame))
                context.Emit(frame, Verdict.Deliver);
        }));
        var all = new List<Frame>();
        while (pool.Available > 1 && pool.TryRent(out var frame))
            all.Add(frame);
        var input = Frames(1);

        graph.Run(input, Tables(1), now: 1);

        Assert.Equal(1, graph.Counters.Originated.DropsOf(DropReason.NoBuffer));
        AssertBalanced(graph);
        all.ForEach(pool.Return);
    }

    [Fact]
    public void Constructor_UnknownEdge_Throws() =>
        Assert.Throws<ArgumentException>(() => Graph(null, new FuncStage("in", ["nowhere"], (_, _) => Verdict.Deliver)));

    [Fact]
    public void Constructor_NameTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => Graph(null,
            new FuncStage("in", [], (_, _) => Verdict.Deliver), new FuncStage("in", [], (_, _) => Verdict.Deliver)));

    private static ForwardingTables Tables(int ports) => new()
    {
        Fib = new MultibitTrie(),
        Adjacencies = [ForwardingTables.NoRouteAdjacency],
        Ports = new PortEntry?[ports],
    };

    private static void AssertBalanced(StageGraph graph)
    {
        foreach (var counters in new[] { graph.Counters.Received, graph.Counters.Originated })
        {
            Assert.Equal(counters.Entered,
                counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped + counters.Held);
        }
    }

    private StageGraph Graph(string? errors, params Stage[] stages) => new(pool, transmitter, stages, errors);

    private FrameVector Frames(int count, short rxPort = 0)
    {
        var vector = new FrameVector();
        for (var i = 0; i < count; i++)
        {
            Assert.True(pool.TryRent(out var frame));
            frame.Reset(pool, 64);
            frame.Metadata.RxPort = rxPort;
            vector.Add(frame);
        }

        return vector;
    }

    private sealed class FuncStage(string name, string[] next, Func<Frame, int, Verdict> decide, Action<StageContext>? after = null)
        : Stage(name, next)
    {
        public Action<StageContext>? Timer { get; init; }

        public override void Process(FrameVector vector, StageContext context)
        {
            for (var i = 0; i < vector.Count; i++)
                vector.Verdicts[i] = decide(vector[i], i);
            after?.Invoke(context);
        }

        public override void OnTimer(StageContext context) => Timer?.Invoke(context);
    }

    private sealed class RecordingTransmitter : IFrameTransmitter
    {
        public List<(int Port, int Count)> Calls { get; } = [];

        public Verdict Verdict { get; set; } = Verdict.Transmit;

        public void Transmit(int port, FrameVector vector)
        {
            Calls.Add((port, vector.Count));
            vector.Verdicts.Fill(Verdict);
        }
    }
}
