using System.Text;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.TestKit;

/// <summary>
/// Runs one or a few stages in a real <see cref="StageGraph"/>. Edges that lead to none of them end in a stand-in that notes what it got. After
/// each run every frame is accounted for, or the run throws: entered = what became of them, and outstanding = held.
/// </summary>
public sealed class StageHarness : IDisposable
{
    private readonly Entry entry;
    private readonly List<StageOutcome> outcomes = [];
    private readonly HashSet<string> standIns;
    private SortedDictionary<string, long> before = [];

    /// <summary>Wires the stages.</summary>
    public StageHarness(params Stage[] stages)
        : this(new FramePool(1024), stages)
    {
    }

    /// <summary>Wires the stages over a pool of the caller's size, which the harness then owns.</summary>
    public StageHarness(FramePool pool, params Stage[] stages)
    {
        Pool = pool;
        var names = stages.Select(stage => stage.Name).ToHashSet();
        standIns = [.. stages.SelectMany(stage => stage.NextStages).Where(name => !names.Contains(name))];
        entry = new Entry([.. names]);
        Graph = new StageGraph(
            pool,
            new Transmitter(outcomes),
            [entry, .. stages, .. standIns.Select(name => new StandIn(name, outcomes))],
            names.Contains(IcmpErrorName) ? IcmpErrorName : null);
        before = Counters();
    }

    private const string IcmpErrorName = "icmp-error";

    /// <summary>The frames.</summary>
    public FramePool Pool { get; }

    /// <summary>The graph that the stages are in.</summary>
    public StageGraph Graph { get; }

    /// <summary>The tables of the next run.</summary>
    public ForwardingTables Tables { get; set; } = ForwardingTables.Empty;

    /// <summary>The time of the next run, nanoseconds.</summary>
    public long Now { get; set; } = 1_000_000_000;

    /// <summary>Puts frames into the first stage.</summary>
    public StageRun Run(params TestFrame[] frames) => RunAt(0, frames);

    /// <summary>Puts frames into the stage of this name.</summary>
    public StageRun RunAt(string stage, params TestFrame[] frames) => RunAt(entry.IndexOf(stage), frames);

    /// <summary>Lets a stage in front drop the frames for this reason, as the input of the stage that makes ICMP errors.</summary>
    public StageRun RunDropped(DropReason reason, params TestFrame[] frames) => Inject(Verdict.Drop(reason), frames);

    /// <summary>Runs the stages' timers.</summary>
    public StageRun RunTimers() => Account(() => Graph.RunTimers(Tables, Now));

    /// <summary>Runs what the stages do at the end: they give back what they hold.</summary>
    public StageRun Flush() => Account(() => Graph.FlushStages(Tables, Now));

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        if (Pool.Outstanding != 0)
            throw new InvalidOperationException($"{Pool.Outstanding} frames did not come back.");
        Pool.Dispose();
    }

    private StageRun RunAt(int stage, TestFrame[] frames) => Inject(Verdict.To(stage), frames);

    private StageRun Inject(Verdict verdict, TestFrame[] frames)
    {
        entry.Verdict = verdict;
        var vector = new FrameVector();
        foreach (var frame in frames)
        {
            if (!Pool.TryRent(out var rented))
                throw new InvalidOperationException("The pool is empty.");
            frame.WriteTo(rented, Pool);
            vector.Add(rented);
        }

        return Account(() => Graph.Run(vector, Tables, Now));
    }

    private StageRun Account(Action run)
    {
        outcomes.Clear();
        run();
        var after = Counters();
        var text = new StringBuilder();
        foreach (var (name, value) in after.OrderBy(counter => Rank(counter.Key)).ThenBy(counter => counter.Key, StringComparer.Ordinal))
        {
            var difference = value - before.GetValueOrDefault(name);
            if (difference != 0)
                text.Append(text.Length > 0 ? ", " : "").Append(name).Append(' ').Append(difference);
        }

        before = after;
        CheckBalance(Graph.Counters.Received);
        CheckBalance(Graph.Counters.Originated);
        var held = Graph.Counters.Received.Held + Graph.Counters.Originated.Held;
        if (Pool.Outstanding != held)
            throw new InvalidOperationException($"{Pool.Outstanding} frames are out, but {held} are held.");
        return new StageRun([.. outcomes], text.ToString());
    }

    private static int Rank(string name) => name switch
    {
        "received" => 0,
        "originated" => 2,
        _ => name.StartsWith("originated", StringComparison.Ordinal) ? 3 : 1,
    };

    private static void CheckBalance(OutcomeCounters counters)
    {
        if (counters.Entered != counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped + counters.Held)
            throw new InvalidOperationException("The counters do not add up.");
    }

    private SortedDictionary<string, long> Counters()
    {
        var values = new SortedDictionary<string, long>(StringComparer.Ordinal);
        Add(Graph.Counters.Received, "received", "");
        Add(Graph.Counters.Originated, "originated", "originated ");
        foreach (var stage in Graph.Stages.OfType<StandIn>())
        {
            values[stage.Name] = stage.Received;
            values["delivered"] -= stage.Received;
            values["originated " + stage.Name] = stage.Originated;
            values["originated delivered"] -= stage.Originated;
        }

        return values;

        void Add(OutcomeCounters counters, string entered, string prefix)
        {
            values[entered] = counters.Entered;
            values[prefix + "forwarded"] = counters.Forwarded;
            values[prefix + "answered"] = counters.Answered;
            values[prefix + "delivered"] = counters.Delivered;
            values[prefix + "held"] = counters.Held;
            foreach (var reason in DropReasons.All)
                values[prefix + DropReasons.Label(reason)] = counters.DropsOf(reason);
        }
    }

    private sealed class Entry(string[] nextStages) : Stage("harness-entry", nextStages)
    {
        public Verdict Verdict { get; set; }

        public int IndexOf(string stage)
        {
            for (var edge = 0; edge < NextStages.Count; edge++)
            {
                if (NextStages[edge] == stage)
                    return edge;
            }

            throw new ArgumentException($"'{stage}' is not under test.", nameof(stage));
        }

        public override void Process(FrameVector vector, StageContext context)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                if (Verdict.IsDrop)
                    vector[i].Metadata.Reason = Verdict.Reason;
                vector.Verdicts[i] = Verdict;
            }
        }
    }

    private sealed class StandIn(string name, List<StageOutcome> outcomes) : Stage(name)
    {
        public long Received { get; private set; }

        public long Originated { get; private set; }

        public override void Process(FrameVector vector, StageContext context)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                var frame = vector[i];
                if ((frame.Metadata.Flags & FrameFlags.Originated) != 0)
                    Originated++;
                else
                    Received++;
                outcomes.Add(new StageOutcome(Name, frame.Bytes.ToArray(), frame.Metadata));
                vector.Verdicts[i] = Verdict.Deliver;
            }
        }
    }

    private sealed class Transmitter(List<StageOutcome> outcomes) : IFrameTransmitter
    {
        public void Transmit(int port, FrameVector vector)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                outcomes.Add(new StageOutcome($"transmit {port}", vector[i].Bytes.ToArray(), vector[i].Metadata));
                vector.Verdicts[i] = Verdict.Transmit;
            }
        }
    }
}
