using System.Buffers.Binary;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Host.Recording;
using VRouter.Host.Routing;

namespace VRouter.Host.Replay;

/// <summary>
/// The engine of one recorded worker, given again what it was given then: frames, tables, times, notices, what ports did with what it sent, and how many frames its pool had
/// to spare. What it does is compared with what was recorded.
/// </summary>
internal sealed class ReplayedWorker : IFrameTransmitter, IDisposable
{
    private readonly FramePool pool;
    private readonly Ballast ballast;
    private readonly FrameVector vector = new();
    private readonly Queue<NeighborNotice> notices = new();
    private readonly Queue<RecordedTransmission> transmissions = new();
    private readonly Quiescence quiescence = new();
    private readonly ReaderSlot reader;
    private readonly LiveTables tables;
    private readonly Func<long, TableStep?> stepOf;
    private readonly ReplayTrace? trace;
    private readonly ReplayOutput? output;
    private readonly byte[] counters;
    private OutputDigest digest;
    private RecordedPass? pass;
    private long now;

    /// <summary>Makes the engine.</summary>
    /// <param name="header">The recording's.</param>
    /// <param name="index">The worker's index.</param>
    /// <param name="stepOf">The change of tables of a number, or null if there is none.</param>
    /// <param name="nameOf">The name of an interface of the file.</param>
    /// <param name="trace">Follows frames; null: those are followed that were followed then, and nobody is told.</param>
    /// <param name="output">Where what it sends goes; null: nowhere.</param>
    public ReplayedWorker(RecordingHeader header, int index, Func<long, TableStep?> stepOf, Func<uint, string?> nameOf, ReplayTrace? trace, ReplayOutput? output)
    {
        (Index, this.stepOf, this.trace, this.output) = (index, stepOf, trace, output);
        pool = header.Workers[index].Create();
        ballast = new Ballast(pool);
        reader = quiescence.Register();
        var workers = header.Workers.Count;
        var seat = workers > 1 ? NeighborSeat.ForReplay(index, notices) : null;
        Engine = new ForwardingEngine(pool, this, header.Engine.ToOptions(new EngineShare(index, workers), seat));
        if (workers > 1)
            Engine.PathMtuTold = static (_, _, _) => { };
        Engine.Tracer = trace;
        tables = new LiveTables(new RouteTable(), quiescence, published => Engine.Tables = published);
        Ports = new ReplayPorts(() => Engine.Tables, nameOf);
        counters = new byte[8 * CounterList.CountOf(Engine.Counters)];
    }

    /// <summary>The worker's index.</summary>
    public int Index { get; }

    /// <summary>The engine.</summary>
    public ForwardingEngine Engine { get; }

    /// <summary>The ports that it has.</summary>
    public ReplayPorts Ports { get; }

    /// <summary>Passes done.</summary>
    public long Passes { get; private set; }

    /// <summary>The first thing in which the replay differs from what was recorded; null: none so far. Nothing behind it means anything.</summary>
    public string? Difference { get; private set; }

    /// <summary>Does a pass again.</summary>
    public void Run(RecordedPass recorded)
    {
        (pass, now) = (recorded, recorded.Now);
        if (trace is not null)
            trace.Ports = Ports;
        foreach (var step in recorded.Steps)
        {
            switch (step)
            {
                case PassStep.Tables change:
                    Change(change.Number);
                    break;
                case PassStep.Attach attach:
                    Ports.Attach(attach.Port, attach.Interface);
                    break;
                case PassStep.Detach detach:
                    Ports.Detach(detach.Port);
                    break;
                case PassStep.Call call:
                    Run(call);
                    break;
            }
        }

        reader.Report();
        Passes++;
        if (digest.Value != recorded.Digest)
            Differ("what is sent has other bytes");
    }

    /// <summary>Compares the counters with what was recorded of them.</summary>
    /// <param name="recorded">As <see cref="CounterList"/> writes them.</param>
    public void Compare(ReadOnlySpan<byte> recorded)
    {
        CounterList.Write(Engine.Counters, counters);
        if (recorded.Length != counters.Length)
        {
            Differ("there are other counters");
            return;
        }

        // A traced frame passes every stage; so which stages ran says nothing then.
        var count = trace is null || trace.IsAsRecorded ? counters.Length / 8 : CounterList.CountOfOutcomes;
        for (var i = 0; i < count; i++)
        {
            var (then, here) = (BinaryPrimitives.ReadInt64LittleEndian(recorded[(8 * i)..]), BinaryPrimitives.ReadInt64LittleEndian(counters.AsSpan(8 * i)));
            if (then != here)
            {
                Differ($"the counter '{CounterList.NamesOf(Engine.Counters)[i]}' is {here}, and was {then}");
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Transmit(int port, FrameVector sent)
    {
        foreach (var frame in sent.Frames)
            digest.Add(port, frame);
        var verdicts = sent.Verdicts;
        verdicts.Fill(Verdict.Transmit);
        if (!transmissions.TryDequeue(out var recorded) || recorded.Port != port || recorded.Count != sent.Count)
        {
            Differ(recorded is null
                ? $"{sent.Count} frames go to {Ports[port]}, and nothing went anywhere"
                : $"{sent.Count} frames go to {Ports[port]}, and {recorded.Count} went to {Ports[recorded.Port]}");
            return;
        }

        foreach (var (index, verdict) in recorded.Others)
            verdicts[index] = verdict;
        Ports.CountSent(port, sent);
        output?.Write(this, port, now, sent);
        if (!ballast.TryLeave(recorded.Available))
            Differ($"{pool.Available} and {pool.AvailableLarge} large frames are free after sending, and {recorded.Available.Small} and {recorded.Available.Large} were");
        foreach (var (index, verdict) in recorded.Others)
        {
            // The port kept it, to return it later: from here on it is one of those that are not there.
            if (verdict == Verdict.Hold)
                ballast.Keep(sent[index]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.PathMtuTold = null;
        reader.Dispose();
        pool.Dispose();
    }

    private void Change(long number)
    {
        reader.Report();
        if (stepOf(number) is { } step)
            tables.Repeat(step);
        else
            Differ($"change {number} of the tables is not in the file");
    }

    private void Run(PassStep.Call call)
    {
        foreach (var frame in call.Frames)
        {
            if (!TryAdd(frame, call.Offset))
                Differ($"frame {frame.Number} does not fit into the router's memory as it lay there");
        }

        foreach (var notice in call.Notices)
            notices.Enqueue(notice);
        foreach (var transmission in call.Transmissions)
            transmissions.Enqueue(transmission);
        if (!ballast.TryLeave(call.Available))
            Differ($"{pool.Available} and {pool.AvailableLarge} large frames are free, and {call.Available.Small} and {call.Available.Large} were");
        if (call.Port >= 0)
        {
            Ports.CountReceived(call.Port, call.Frames);
            Engine.Process(call.Port, vector, now);
        }
        else
        {
            Engine.Tick(now);
        }

        if (notices.Count > 0 || transmissions.Count > 0)
            Differ($"{transmissions.Count} vectors fewer are sent than were");
        notices.Clear();
        transmissions.Clear();
    }

    private bool TryAdd(RecordedFrame recorded, int offset)
    {
        var isLarge = recorded.Remark is { IsLarge: true };
        offset = recorded.Remark?.Offset ?? offset;
        if (!ballast.TryRent(isLarge, out var frame))
            return false;
        var isPlain = offset == Frame.MetadataSize + Frame.Headroom && recorded.Bytes.Length <= pool.CapacityOf(frame);
        if (!isPlain && (isLarge || offset < Frame.MetadataSize || recorded.Bytes.Length > pool.Stride - offset))
        {
            pool.Return(frame);
            return false;
        }

        if (isPlain)
            frame.Reset(pool, recorded.Bytes.Length);
        else
            frame.Place(pool, offset, recorded.Bytes.Length);
        recorded.Bytes.CopyTo(frame.Bytes);
        ref var metadata = ref frame.Metadata;
        metadata.ReceivedAt = now;
        recorded.Remark?.ApplyTo(ref metadata);
        if (trace is not null)
            metadata.TraceId = trace.NumberOf(recorded, metadata.TraceId);
        vector.Add(frame);
        return true;
    }

    private void Differ(string how) =>
        Difference ??= $"worker {Index}, pass {pass?.Number ?? 0} (at {now} ns): {how}";
}
