using System.Collections.Concurrent;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Host.Recording;
using VRouter.Io.Linux;
using VRouter.Io.Offload;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>
/// An engine with its ports, run to completion: receive, one pass over the graph, transmit. It has no thread of its own: <see cref="WorkerThread"/>
/// drives it in the daemon; the in-memory demo, replays and tests call <see cref="RunOnce"/> with times of their own.
/// </summary>
/// <remarks>
/// <see cref="AttachPort"/>, <see cref="DetachPort"/>, <see cref="Publish"/> and <see cref="Invoke"/> may be called by any thread: they take effect
/// between passes, in the order of the calls, so that no pass sees half of a change.
/// </remarks>
public sealed class Worker : IFrameTransmitter, IDisposable
{
    private readonly ConcurrentQueue<Action> requests = new();
    private readonly FrameVector received = new();
    private readonly ReaderSlot reader;
    private readonly SegmentingTransmitter transmitter;
    private readonly ReceiveTurns turns = new();
    private IPort?[] ports = [];
    private long lastPass;
    private bool isResting = true;

    /// <summary>Makes the engine; its memory is taken at once.</summary>
    /// <param name="pool">The frames; the worker disposes of them.</param>
    /// <param name="options">Seeds and limits of the engine.</param>
    /// <param name="quiescence">Shared by all workers that forward by the same tables; null: this worker has one of its own.</param>
    public Worker(FramePool pool, EngineOptions options, Quiescence? quiescence = null)
    {
        Quiescence = quiescence ?? new Quiescence();
        reader = Quiescence.Register();
        reader.Leave();
        Pool = pool;
        Seat = options.Seat;
        transmitter = new SegmentingTransmitter(pool);
        Engine = new ForwardingEngine(pool, this, options);
    }

    /// <summary>The frames of this worker.</summary>
    public FramePool Pool { get; }

    /// <summary>Where the worker reports after each pass, so that tables may change in place.</summary>
    public Quiescence Quiescence { get; }

    /// <summary>The engine: its counters and neighbors may be read by any thread.</summary>
    public ForwardingEngine Engine { get; }

    /// <summary>Where other workers leave notices of neighbors; null for the only worker.</summary>
    public NeighborSeat? Seat { get; }

    /// <summary>The ports by index; null where there is none. Replaced as a whole when a port comes or goes, so any thread may read it.</summary>
    public IReadOnlyList<IPort?> Ports => Volatile.Read(ref ports);

    /// <summary>
    /// Tells which ports have frames, by their indices, so that a pass costs what comes, and not what there is; null: each port is asked in each pass. Set on the thread of
    /// <see cref="RunOnce"/>.
    /// </summary>
    public WorkerPoll? Readiness { get; set; }

    /// <summary>Writes down what the engine is given; null: nobody does.</summary>
    internal WorkerRecorder? Recorder { get; private set; }

    /// <summary>Raised on the calling thread after a request was queued, so that a sleeping worker wakes up.</summary>
    public event Action? RequestQueued;

    /// <summary>Raised on the worker's thread after a port came or went.</summary>
    public event Action? PortsChanged;

    /// <summary>From the next pass on, frames of this port are taken in.</summary>
    /// <param name="index">The port's index in the tables; it must be free.</param>
    /// <param name="port">The port; the worker alone calls it until it is detached, and disposes of it if it is still attached at the end.</param>
    /// <returns>Done when it has taken effect; faults if the index is taken.</returns>
    public Task AttachPort(int index, IPort port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var number = Recorder?.Declare(index, port) ?? 0;
        return Invoke(() =>
        {
            var larger = new IPort?[Math.Max(ports.Length, index + 1)];
            ports.CopyTo(larger, 0);
            if (larger[index] is { } other)
                throw new InvalidOperationException($"Port {index} is '{other.Name}' already.");
            larger[index] = port;
            Recorder?.Attached(index, number);
            Replace(larger);
        });
    }

    /// <summary>Lets go of a port; the caller disposes of it once the task is done.</summary>
    public Task DetachPort(int index) => Invoke(() =>
    {
        var without = ports.ToArray();
        without[index] = null;
        Recorder?.Detached(index);
        Replace(without);
    });

    /// <summary>From the next pass on, frames are forwarded by these tables. Done when no pass uses the earlier ones any more.</summary>
    /// <exception cref="InvalidOperationException">The worker is recorded: then its tables are those of a <see cref="Routing.LiveTables"/> with the recording's journal.</exception>
    public Task Publish(ForwardingTables tables) => Recorder is null
        ? Invoke(() => Engine.Tables = tables)
        : throw new InvalidOperationException("The worker is recorded, and the recording does not know these tables.");

    /// <summary>Runs an action on the worker's thread between two passes.</summary>
    public Task Invoke(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Enqueue(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        RequestQueued?.Invoke();
        return done.Task;
    }

    /// <summary>One pass: what was asked, then up to a vector from each port, then what is due by time.</summary>
    /// <param name="now">Nanoseconds of a monotonic clock; never less than in the call before.</param>
    /// <returns>Number of frames received.</returns>
    public int RunOnce(long now)
    {
        lastPass = now;
        if (isResting)
        {
            isResting = false;
            reader.Enter();
        }

        Recorder?.Begin(now);
        while (requests.TryDequeue(out var request))
            request();
        var total = Readiness is { } readiness ? ReceiveFrom(turns.Next(readiness.TakeReady(), now), now) : ReceiveFromAll(now);
        if (Recorder is null || Recorder.MayTick(Engine.Neighbors.HasNotices))
            Engine.Tick(now);
        Recorder?.End();
        reader.Report();
        return total;
    }

    /// <summary>
    /// When the next pass is to be, if no port's descriptor tells of frames, nothing is asked for and no worker leaves a notice before: timers, and what ports do by time. On the thread of
    /// <see cref="RunOnce"/>, after a pass that found nothing.
    /// </summary>
    /// <param name="now">As for that pass.</param>
    public long NextPass(long now)
    {
        var next = Engine.NextTimer;
        if (Readiness is not null)
            return Math.Min(next, turns.NextLook(ports, now));
        foreach (var port in ports)
        {
            if (port is not null)
                next = Math.Min(next, port.NextLook(now));
        }

        return next;
    }

    /// <summary>Says, on the thread of <see cref="RunOnce"/>, that the next pass may be long in coming: nobody waits for this worker until then.</summary>
    public void Rest()
    {
        isResting = true;
        reader.Leave();
    }

    /// <inheritdoc/>
    public void Transmit(int port, FrameVector vector)
    {
        Recorder?.Sending(port, vector);
        if ((uint)port < (uint)ports.Length && ports[port] is { } target)
            transmitter.Transmit(target, vector);
        else
            vector.Verdicts.Fill(Verdict.Drop(DropReason.PortUnavailable));
        Recorder?.Sent(port, vector);
    }

    /// <summary>From the first pass on, all that the engine is given is written down. To be called before anything else.</summary>
    internal void Record(WorkerRecorder recorder)
    {
        recorder.Follow(Engine.Counters, Seat);
        Recorder = recorder;
    }

    /// <summary>Says, between two passes, that the worker holds nothing of the tables. On its thread.</summary>
    internal void ReportQuiescent()
    {
        if (!isResting)
            reader.Report();
    }

    /// <summary>Gives up held frames, disposes of the ports that are still attached and of the frames. Nothing may run the worker any more.</summary>
    public void Dispose()
    {
        while (requests.TryDequeue(out var request))
            request();
        Engine.Flush(lastPass);
        var attached = ports.OfType<IPort>().ToList();
        KernelCalls.Spread(attached.Count, index => Close(attached[index]));
        attached.ForEach(port => port.Dispose());
        ports = [];
        reader.Dispose();
        Pool.Dispose();
    }

    // The part that any thread may do.
    private static void Close(IPort port)
    {
        if (port is IFrameHolder holder)
            holder.Close();
        else
            port.Dispose();
    }

    private void Replace(IPort?[] changed)
    {
        Volatile.Write(ref ports, changed);
        turns.Reset(changed);
        PortsChanged?.Invoke();
    }

    private int ReceiveFromAll(long now)
    {
        var total = 0;
        for (var index = 0; index < ports.Length; index++)
            total += ReceiveFrom(index, now);
        return total;
    }

    private int ReceiveFrom(ReadOnlySpan<int> indices, long now)
    {
        var total = 0;
        foreach (var index in indices)
        {
            var count = ReceiveFrom(index, now);
            total += count;
            // The port may have more than its descriptor tells of: the rest of a super-frame that is being cut.
            if (count == FrameVector.MaxCount || Pool.Available == 0)
                turns.AskAgain(index);
        }

        return total;
    }

    private int ReceiveFrom(int index, long now)
    {
        if (ports[index] is not { } port || port.Receive(Pool, received, now) == 0)
            return 0;
        var count = received.Count;
        Recorder?.Received(index, received);
        Engine.Process(index, received, now);
        return count;
    }
}
