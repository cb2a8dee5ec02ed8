using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tests.Fused;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Properties;

/// <summary>
/// A router at the crossroads that keeps books of its own beside the engine's: frames put in, verdicts by stage, frames given to ports. Some ports refuse some frames.
/// </summary>
internal sealed class CountingRouter : IFrameTransmitter, IGraphTracer, IDisposable
{
    private readonly FramePool pool = new(256, 2048);
    private readonly CrossroadsNode node = new();
    private readonly bool strictVxlan;
    private readonly bool tracesAll;
    private readonly ForwardingEngine engine;
    private readonly Dictionary<string, long> entered = [];
    private readonly Dictionary<string, long> judged = [];
    private long received;
    private long accepted;
    private long refused;
    private long now = 1_000_000;

    /// <param name="strictVxlan">The node's VXLAN profile.</param>
    /// <param name="fused">With the fused path.</param>
    /// <param name="tracesAll">Every frame is traced, so that the verdicts of each stage can be counted.</param>
    public CountingRouter(bool strictVxlan, bool fused, bool tracesAll)
    {
        (this.strictVxlan, this.tracesAll) = (strictVxlan, tracesAll);
        engine = new ForwardingEngine(pool, this, new EngineOptions { FusedPath = fused, Neighbors = new NeighborOptions { Capacity = 64 } }) { Tables = node.Build(strictVxlan), Tracer = this };
    }

    /// <summary>Each frame that left, in order, with its port.</summary>
    public List<(int Port, byte[] Bytes)> Sent { get; } = [];

    /// <summary>All that can be seen: frames, traces and counters.</summary>
    public List<string> Log { get; } = [];

    public void Apply(TrafficStep step)
    {
        switch (step)
        {
            case TrafficStep.Receive receive:
                Receive(receive);
                break;
            case TrafficStep.Publish publish:
                engine.Tables = node.Build(strictVxlan, publish.Moved);
                break;
            case TrafficStep.Pass pass:
                now += pass.Milliseconds * 1_000_000L;
                engine.Tick(now);
                break;
        }

        AssertBooks();
        Log.Add(string.Join(",", DropReasons.All.Select(engine.Counters.DropsOf)) + string.Join(",", engine.Neighbors.Snapshot()));
    }

    public void End()
    {
        engine.Flush(now);
        AssertBooks();
        Assert.Equal(0, pool.Outstanding);
    }

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            var bytes = vector[i].Bytes.ToArray();
            Sent.Add((port, bytes));
            Log.Add($"{port} {Convert.ToHexString(bytes)}");
            // As a full ring would, now and then.
            var isRefused = bytes[^1] == 7;
            (accepted, refused) = isRefused ? (accepted, refused + 1) : (accepted + 1, refused);
            vector.Verdicts[i] = isRefused ? Verdict.Drop(DropReason.TxRingFull) : Verdict.Transmit;
        }
    }

    void IGraphTracer.Record(long time, string stage, Verdict verdict, string? next, Frame frame)
    {
        Log.Add($"{time} {stage} {verdict} {next} {frame.Metadata.TraceId}");
        Count(judged, stage);
        if (next is not null)
            Count(entered, next);
        // The graph gives a frame to icmp-error whose drop an ICMP error is to tell of.
        if (verdict.IsDrop && DropReasons.IcmpReplyOf(verdict.Reason) != IcmpReply.None)
            Count(entered, StageNames.IcmpError);
    }

    public void Dispose() => pool.Dispose();

    private void Receive(TrafficStep.Receive receive)
    {
        var vector = new FrameVector();
        foreach (var (bytes, traceId) in receive.Frames)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            frame.Metadata.TraceId = tracesAll ? (uint)++received : traceId;
            vector.Add(frame);
        }

        if (!tracesAll)
            received += receive.Frames.Length;
        Count(entered, StageNames.EthernetInput, receive.Frames.Length);
        engine.Process(receive.Port, vector, now);
    }

    private void AssertBooks()
    {
        var counters = engine.Counters;
        foreach (var outcomes in new[] { counters.Received, counters.Originated })
        {
            Assert.Equal(outcomes.Entered, outcomes.Forwarded + outcomes.Answered + outcomes.Delivered + outcomes.Dropped + outcomes.Held);
            Assert.Equal(outcomes.Dropped, DropReasons.All.Sum(outcomes.DropsOf));
        }

        Assert.Equal(received, counters.Received.Entered);
        Assert.Equal(pool.Outstanding, counters.Received.Held + counters.Originated.Held);
        Assert.Equal(accepted, counters.Received.Forwarded + counters.Received.Answered + counters.Originated.Forwarded + counters.Originated.Answered);
        Assert.Equal(refused, counters.DropsOf(DropReason.TxRingFull));
        foreach (var reason in DropReasons.All)
            Assert.Equal(counters.Received.DropsOf(reason), Enumerable.Range(0, CrossroadsNode.Ports).Sum(port => counters.DropsOfPort(port)?[(int)reason] ?? 0));
        if (tracesAll)
            AssertStages(counters);
    }

    // What came to a stage is what others sent there, and each got a verdict, or more than one where the stage held it or made others of it.
    private void AssertStages(GraphCounters counters)
    {
        foreach (var stage in counters.Stages.Where(stage => stage.Name != StageNames.FusedForward))
        {
            Assert.Equal((stage.Name, entered.GetValueOrDefault(stage.Name)), (stage.Name, stage.Frames));
            if (stage.Name is StageNames.IPv4Fragment or StageNames.IPv4Reassemble or StageNames.NeighborResolve)
                Assert.InRange(judged.GetValueOrDefault(stage.Name), stage.Frames, long.MaxValue);
            else
                Assert.Equal((stage.Name, stage.Frames), (stage.Name, judged.GetValueOrDefault(stage.Name)));
        }
    }

    private static void Count(Dictionary<string, long> counts, string name, int by = 1) => counts[name] = counts.GetValueOrDefault(name) + by;
}
