using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.TestKit;

/// <summary>
/// One stage under test in a graph of its own, whose edges (to different stages) lead to ends that take every frame in. It proves after each run that no
/// frame got lost and that the counters add up.
/// </summary>
public sealed class StageBench : IDisposable
{
    private readonly FramePool pool;
    private readonly StageGraph graph;
    private readonly Recorder recorder;

    /// <summary>Puts the stage on the bench.</summary>
    /// <param name="stage">The stage under test.</param>
    /// <param name="tables">What it reads.</param>
    /// <param name="frames">Frames in the pool.</param>
    public StageBench(Stage stage, ForwardingTables tables, int frames = 512)
    {
        Tables = tables;
        pool = new FramePool(frames);
        recorder = new Recorder(stage.Name);
        Stage[] ends = [.. stage.NextStages.Select((name, edge) => new End(name, Verdict.To(edge), recorder))];
        graph = new StageGraph(pool, new Transmitter(recorder), [stage, .. ends], icmpErrorStage: null) { Tracer = recorder };
    }

    /// <summary>Sets up the metadata of an input frame.</summary>
    public delegate void Setup(ref FrameMetadata metadata);

    /// <summary>What the stage reads in the next run.</summary>
    public ForwardingTables Tables { get; set; }

    /// <summary>Nanoseconds, the time of the next run.</summary>
    public long Now { get; set; }

    /// <summary>The counters over all runs. Frames that took an edge count as delivered.</summary>
    public GraphCounters Counters => graph.Counters;

    /// <summary>Frames that can be rented now; those that a stage holds are out.</summary>
    public int FreeFrames => pool.Available;

    /// <summary>Sends one frame through the stage, which must let go exactly one.</summary>
    public StageOutput RunOne(byte[] bytes, Setup? setup = null)
    {
        var outputs = Run([bytes], setup);
        return outputs.Count == 1
            ? outputs[0]
            : throw new InvalidOperationException($"One frame went in, {outputs.Count} came out.");
    }

    /// <summary>Sends the frames through the stage in one vector and returns what it let go, in order; originated frames without a trace number come last.</summary>
    public IReadOnlyList<StageOutput> Run(IReadOnlyList<byte[]> frames, Setup? setup = null)
    {
        var vector = new FrameVector();
        foreach (var bytes in frames)
            vector.Add(NewFrame(bytes, setup));
        recorder.Outputs.Clear();
        graph.Run(vector, Tables, Now);
        CheckBooks();
        return [.. recorder.Outputs];
    }

    /// <summary>Lets the stage treat what is due at <see cref="Now"/> and returns what it let go.</summary>
    public IReadOnlyList<StageOutput> RunTimer()
    {
        recorder.Outputs.Clear();
        graph.RunTimers(Tables, Now);
        CheckBooks();
        return [.. recorder.Outputs];
    }

    /// <inheritdoc/>
    public void Dispose() => pool.Dispose();

    private Frame NewFrame(byte[] bytes, Setup? setup)
    {
        if (!pool.TryRent(out var frame))
            throw new InvalidOperationException("The bench's pool is empty.");
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        ref var metadata = ref frame.Metadata;
        metadata.RxPort = 0;
        metadata.ReceivedAt = Now;
        metadata.TraceId = 1;
        setup?.Invoke(ref metadata);
        return frame;
    }

    private void CheckBooks()
    {
        Check(Counters.Received);
        Check(Counters.Originated);
        var held = Counters.Received.Held + Counters.Originated.Held;
        if (pool.Outstanding != held)
            throw new InvalidOperationException($"{pool.Outstanding} frames are out of the pool, but {held} are held.");
    }

    private static void Check(OutcomeCounters counters)
    {
        var left = counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped + counters.Held;
        if (counters.Entered != left)
            throw new InvalidOperationException($"{counters.Entered} frames entered, but {left} are accounted for.");
    }

    // A frame that the stage originated without a trace number is seen where it arrives.
    private sealed class End(string name, Verdict verdict, Recorder recorder) : Stage(name)
    {
        public override void Process(FrameVector vector, StageContext context)
        {
            recorder.AddUntraced(vector, verdict, Name);
            vector.Verdicts.Fill(Verdict.Deliver);
        }
    }

    private sealed class Transmitter(Recorder recorder) : IFrameTransmitter
    {
        public void Transmit(int port, FrameVector vector)
        {
            recorder.AddUntraced(vector, Verdict.Transmit, null);
            vector.Verdicts.Fill(Verdict.Transmit);
        }
    }

    private sealed class Recorder(string stage) : IGraphTracer
    {
        public List<StageOutput> Outputs { get; } = [];

        public void Record(long now, string stageName, Verdict verdict, string? next, Frame frame)
        {
            if (stageName == stage)
                Add(frame, verdict, next);
        }

        public void AddUntraced(FrameVector vector, Verdict verdict, string? next)
        {
            foreach (var frame in vector.Frames)
            {
                if (frame.Metadata.TraceId == 0)
                    Add(frame, verdict, next);
            }
        }

        private void Add(Frame frame, Verdict verdict, string? next) =>
            Outputs.Add(new StageOutput(verdict, next, frame.Bytes.ToArray(), frame.Metadata));
    }
}
