using System.Numerics;
using VRouter.Core.Frames;
using VRouter.Core.Tables;

namespace VRouter.Core.Graph;

/// <summary>
/// Runs the stages: the only place that moves, frees and counts frames. Frames wait in a queue before each stage; the earliest stage with a queue runs
/// next, on up to a vector of them, so that one virtual call serves many frames. Stages are given in the order in which frames mostly flow.
/// </summary>
public sealed class StageGraph
{
    private readonly Stage[] stages;
    private readonly int[][] next;
    private readonly PendingFrames[] pending;
    private readonly FrameVector vector = new();
    private readonly TransmitQueues transmits;
    private readonly int icmpErrorStage;
    private readonly Stage? shortcut;
    private ulong runnable;

    /// <summary>Wires the stages by their names.</summary>
    /// <param name="pool">The worker's pool.</param>
    /// <param name="transmitter">Where frames leave.</param>
    /// <param name="stages">At most 64; the first is the entry.</param>
    /// <param name="icmpErrorStage">The stage that gets each dropped frame whose reason causes an ICMP error; null: no errors are made.</param>
    /// <param name="shortcut">
    /// A stage that sees each received vector before the entry does. It forwards the frames that it can as the stages would, and leaves the others, untouched, to
    /// the entry: instead of verdicts it writes <c>FrameVector.TxPorts</c>. It writes <c>RxPort</c> to all frames. It is no part of traces: a traced frame must be left.
    /// </param>
    /// <exception cref="ArgumentException">A name stands twice, or an edge leads to no stage.</exception>
    public StageGraph(FramePool pool, IFrameTransmitter transmitter, IReadOnlyList<Stage> stages, string? icmpErrorStage, Stage? shortcut = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages.Count, 64);
        Pool = pool;
        this.stages = [.. stages];
        var indices = new Dictionary<string, int>();
        for (var i = 0; i < stages.Count; i++)
        {
            if (!indices.TryAdd(stages[i].Name, i))
                throw new ArgumentException($"Two stages are named '{stages[i].Name}'.", nameof(stages));
        }

        int IndexOf(string name, string from) => indices.TryGetValue(name, out var index)
            ? index
            : throw new ArgumentException($"'{from}' leads to '{name}', which is no stage.", nameof(stages));
        next = [.. this.stages.Select(stage => stage.NextStages.Select(name => IndexOf(name, stage.Name)).ToArray())];
        this.icmpErrorStage = icmpErrorStage is null ? -1 : IndexOf(icmpErrorStage, "drop");
        pending = [.. this.stages.Select(_ => new PendingFrames(pool.Capacity))];
        this.shortcut = shortcut;
        Counters = new GraphCounters(shortcut is null ? this.stages : [.. this.stages, shortcut]);
        transmits = new TransmitQueues(pool, transmitter, Counters);
        Context = new StageContext(this, ForwardingTables.Empty);
    }

    /// <summary>The worker's pool.</summary>
    public FramePool Pool { get; }

    /// <summary>The worker's counters.</summary>
    public GraphCounters Counters { get; }

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Stage> Stages => stages;

    /// <summary>Follows frames whose <c>TraceId</c> is set; null: none.</summary>
    public IGraphTracer? Tracer { get; set; }

    internal StageContext Context { get; }

    /// <summary>Takes the vector's frames in at the entry stage and runs until every frame has left, was freed, or is held. The vector is empty afterwards.</summary>
    /// <param name="input">Received frames, with <c>RxPort</c> set.</param>
    /// <param name="tables">The tables of this pass.</param>
    /// <param name="now">The time of this pass, nanoseconds.</param>
    public void Run(FrameVector input, ForwardingTables tables, long now) => Run(input, tables, now, rxPort: -1);

    /// <summary>As <see cref="Run(FrameVector, ForwardingTables, long)"/>, for frames of one port, whose <c>RxPort</c> is set here; -1: it was set before.</summary>
    internal void Run(FrameVector input, ForwardingTables tables, long now, int rxPort)
    {
        Begin(tables, now);
        Counters.Received.Entered += input.Count;
        if (input.Count > 0)
        {
            if (shortcut is null)
                Enter(input.Frames, rxPort);
            else
                RunShortcut(shortcut, input, rxPort);
            input.Clear();
        }

        Drain();
    }

    /// <summary>Lets every stage treat what is due at <paramref name="now"/>.</summary>
    public void RunTimers(ForwardingTables tables, long now)
    {
        Begin(tables, now);
        for (var i = 0; i < stages.Length; i++)
        {
            Context.CurrentStage = i;
            stages[i].OnTimer(Context);
        }

        Drain();
    }

    /// <summary>The least <see cref="Stage.NextTimer"/> of the stages.</summary>
    public long NextTimer
    {
        get
        {
            var next = long.MaxValue;
            foreach (var stage in stages)
                next = Math.Min(next, stage.NextTimer);
            return next;
        }
    }

    /// <summary>Lets every stage give back the frames that it holds: afterwards <c>Held</c> is zero. For the end of the engine.</summary>
    public void FlushStages(ForwardingTables tables, long now)
    {
        Begin(tables, now);
        for (var i = 0; i < stages.Length; i++)
        {
            Context.CurrentStage = i;
            stages[i].Flush(Context);
        }

        Drain();
    }

    internal bool TryOriginate(out Frame frame)
    {
        Counters.Originated.Entered++;
        if (!Pool.TryRent(out frame))
        {
            Counters.Originated.CountDrop(DropReason.NoBuffer);
            return false;
        }

        frame.Metadata.Flags = FrameFlags.Originated;
        return true;
    }

    internal bool TryEnlarge(FrameVector vector, int index)
    {
        if (!Pool.TryRentLarge(out var large))
            return false;
        Exchange(vector, index, large);
        return true;
    }

    internal void Shrink(FrameVector vector, int index)
    {
        var length = vector[index].Metadata.Length;
        if (Pool.IsLarge(vector[index]) && length <= Pool.FrameCapacity && Pool.TryRent(out var small))
            Exchange(vector, index, small);
    }

    internal void Emit(int stage, Frame frame, Verdict verdict) => Dispatch(stage, frame, verdict);

    internal void Release(int stage, Frame frame, Verdict verdict)
    {
        Counters.Of(frame.Metadata.Flags).Held--;
        Dispatch(stage, frame, verdict);
    }

    private void Exchange(FrameVector vector, int index, Frame other)
    {
        var frame = vector[index];
        var bytes = other.Reset(Pool, frame.Metadata.Length);
        frame.Bytes.CopyTo(bytes);
        var (slot, offset) = (other.Metadata.Slot, other.Metadata.Offset);
        other.Metadata = frame.Metadata;
        (other.Metadata.Slot, other.Metadata.Offset) = (slot, offset);
        vector.Replace(index, other);
        Pool.Return(frame);
    }

    private void Begin(ForwardingTables tables, long now)
    {
        if (!ReferenceEquals(Context.Tables, tables))
        {
            Context.Tables = tables;
            Counters.EnsurePorts(tables.Ports.Length);
            transmits.EnsurePorts(tables.Ports.Length);
        }

        Context.Now = now;
    }

    private void Drain()
    {
        do
        {
            while (runnable != 0)
                RunStage(BitOperations.TrailingZeroCount(runnable));
            transmits.Flush();
        }
        while (runnable != 0);
    }

    private void Enter(ReadOnlySpan<Frame> frames, int rxPort)
    {
        if (rxPort >= 0)
        {
            foreach (var frame in frames)
                frame.Metadata.RxPort = (short)rxPort;
        }

        Enqueue(0, frames);
    }

    private void RunShortcut(Stage stage, FrameVector input, int rxPort)
    {
        var counters = Counters.Stages[^1];
        counters.Calls++;
        counters.Frames += input.Count;
        Context.RxPort = rxPort;
        stage.Process(input, Context);
        var frames = input.Frames;
        ReadOnlySpan<short> ports = input.TxPorts;
        while (!frames.IsEmpty)
        {
            var port = ports[0];
            var run = RunLength(ports);
            if (port >= 0)
                transmits.Add(port, frames[..run]);
            else
                Enqueue(0, frames[..run]);
            frames = frames[run..];
            ports = ports[run..];
        }
    }

    // How many frames from the first one on go the same way. Runs are mostly long, or of one frame.
    private static int RunLength(ReadOnlySpan<short> ports)
    {
        if (ports.Length == 1 || ports[1] != ports[0])
            return 1;
        var next = ports.IndexOfAnyExcept(ports[0]);
        return next < 0 ? ports.Length : next;
    }

    private void RunStage(int stage)
    {
        if (!pending[stage].MoveTo(vector))
            runnable &= ~(1UL << stage);
        Context.CurrentStage = stage;
        var counters = Counters.Stages[stage];
        counters.Calls++;
        counters.Frames += vector.Count;
        stages[stage].Process(vector, Context);
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
            Dispatch(stage, vector[i], verdicts[i]);
        vector.Clear();
    }

    private void Dispatch(int stage, Frame frame, Verdict verdict)
    {
        if (Tracer is not null && frame.Metadata.TraceId != 0)
            Tracer.Record(Context.Now, stages[stage].Name, verdict, verdict.IsEdge ? stages[stage].NextStages[verdict.Edge] : null, frame);
        if (verdict.IsEdge)
            Enqueue(next[stage][verdict.Edge], frame);
        else if (verdict.IsDrop)
            Drop(frame, verdict.Reason);
        else if (verdict == Verdict.Transmit)
            transmits.Add(frame);
        else if (verdict == Verdict.Deliver)
            Deliver(frame);
        else
            Counters.Of(frame.Metadata.Flags).Held++;
    }

    private void Enqueue(int stage, Frame frame)
    {
        pending[stage].Add(frame);
        runnable |= 1UL << stage;
    }

    private void Enqueue(int stage, ReadOnlySpan<Frame> frames)
    {
        foreach (var frame in frames)
            pending[stage].Add(frame);
        runnable |= 1UL << stage;
    }

    private void Deliver(Frame frame)
    {
        Counters.Of(frame.Metadata.Flags).Delivered++;
        Pool.Return(frame);
    }

    // A drop whose reason causes an ICMP error ends the frame here in the books; its memory goes on as the originated frame that quotes it.
    private void Drop(Frame frame, DropReason reason)
    {
        ref var metadata = ref frame.Metadata;
        Counters.CountDrop(metadata, reason);
        if (icmpErrorStage < 0 || DropReasons.IcmpReplyOf(reason) == IcmpReply.None)
        {
            Pool.Return(frame);
            return;
        }

        metadata.Reason = reason;
        metadata.Flags |= FrameFlags.Originated;
        Counters.Originated.Entered++;
        Enqueue(icmpErrorStage, frame);
    }
}
