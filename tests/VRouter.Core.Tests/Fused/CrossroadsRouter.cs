using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Fused;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;

namespace VRouter.Core.Tests.Fused;

/// <summary>A graph of the engine's own stages, with the fused path in front or without it, that notes all that it does.</summary>
internal sealed class CrossroadsRouter : IFrameTransmitter, IGraphTracer, IDisposable
{
    private readonly FramePool pool;
    private readonly StageGraph graph;
    private readonly Recorder? recorder;

    /// <param name="fused">With the fused path.</param>
    /// <param name="frames">The pool's size, and the room for neighbors.</param>
    public CrossroadsRouter(bool fused, int frames = 2048)
    {
        pool = new FramePool(frames, 2048);
        Neighbors = new NeighborTable(new NeighborOptions { Capacity = frames });
        var ipip = new OuterIdentification(0xfff0);
        var vxlan = new OuterIdentification(0xff00);
        recorder = fused ? new Recorder(new FusedForward(Neighbors, ipip, vxlan)) : null;
        var stages = ForwardingEngine.CreateStages(Neighbors, new EngineOptions(), ipip, vxlan);
        graph = new StageGraph(pool, this, stages, StageNames.IcmpError, recorder) { Tracer = this };
    }

    public NeighborTable Neighbors { get; }

    /// <summary>What left each port since the last call of <see cref="TakeOutput"/>, and the traces.</summary>
    private List<string>[] Sent { get; } = [.. Enumerable.Range(0, CrossroadsNode.Ports).Select(_ => new List<string>())];

    private List<string> Traced { get; } = [];

    public GraphCounters Counters => graph.Counters;

    /// <summary>Forwards frames as one vector.</summary>
    /// <returns>Which of them the fused path took.</returns>
    public bool[] Process(IEnumerable<(byte[] Bytes, uint TraceId)> frames, int port, ForwardingTables tables, long now)
    {
        var vector = new FrameVector();
        foreach (var (bytes, traceId) in frames)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            frame.Metadata.RxPort = (short)port;
            frame.Metadata.TraceId = traceId;
            vector.Add(frame);
        }

        graph.Run(vector, tables, now);
        return recorder?.Taken ?? [];
    }

    public void Tick(ForwardingTables tables, long now) => graph.RunTimers(tables, now);

    public void Flush(ForwardingTables tables, long now) => graph.FlushStages(tables, now);

    /// <summary>All that is to be equal: frames by port in their order, traces, counters, neighbors, frames that wait.</summary>
    public string TakeOutput()
    {
        var text = string.Join("\n", Sent.Select((frames, port) => $"port {port}:\n{string.Join("\n", frames)}"));
        text += $"\ntraces:\n{string.Join("\n", Traced)}\n{Describe(Counters.Received)}\n{Describe(Counters.Originated)}";
        for (var port = 0; port < CrossroadsNode.Ports; port++)
            text += $"\ndrops of port {port}: {string.Join(",", Counters.DropsOfPort(port) ?? [])}";
        text += $"\nneighbors: {string.Join(",", Neighbors.Snapshot())}\nout: {pool.Outstanding}";
        foreach (var frames in Sent)
            frames.Clear();
        Traced.Clear();
        return text;
    }

    /// <summary>The frames that left a port since the last <see cref="TakeOutput"/>.</summary>
    public IEnumerable<byte[]> SentBy(int port) => Sent[port].Select(Convert.FromHexString);

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            Sent[port].Add(Convert.ToHexString(vector[i].Bytes));
            vector.Verdicts[i] = Verdict.Transmit;
        }
    }

    void IGraphTracer.Record(long now, string stage, Verdict verdict, string? next, Frame frame) =>
        Traced.Add($"{now} {stage} {verdict} {next} {frame.Metadata.TraceId} {Convert.ToHexString(frame.Bytes)}");

    /// <summary>Frames that did not come back.</summary>
    public int Outstanding => pool.Outstanding;

    public void Dispose() => pool.Dispose();

    private static string Describe(OutcomeCounters counters) =>
        $"entered {counters.Entered} forwarded {counters.Forwarded} answered {counters.Answered} delivered {counters.Delivered} dropped {counters.Dropped} "
        + $"held {counters.Held}: {string.Join(",", DropReasons.All.Select(counters.DropsOf))}";

    // Remembers which frames the fused path took.
    private sealed class Recorder(FusedForward inner) : Stage(StageNames.FusedForward, StageNames.EthernetInput)
    {
        public bool[] Taken { get; private set; } = [];

        public override void Process(FrameVector vector, StageContext context)
        {
            inner.Process(vector, context);
            Taken = [.. vector.TxPorts.ToArray().Select(port => port >= 0)];
        }
    }
}
