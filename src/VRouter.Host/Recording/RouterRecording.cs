using System.Reflection;
using System.Threading.Channels;
using VRouter.Core.Forwarding;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;
using VRouter.Io.Ports;

namespace VRouter.Host.Recording;

/// <summary>
/// Records a router from its start: all that its workers' engines are given, in a file from which a replay makes the same again. Whatever goes wrong with it, the router goes
/// on: then the recording ends, with a reason, at a place up to which it can be replayed.
/// </summary>
/// <remarks>docs/recording.md has the format, docs/adr/0020-record-and-replay.md why it is exact.</remarks>
internal sealed class RouterRecording : ITableJournal, IDisposable
{
    private const int MostPathMtus = 1024;
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<Worker> workers;
    private readonly RecordingFile file;
    private readonly List<WorkerRecorder> recorders = [];
    private readonly List<ChunkQueue> queues = [];
    private readonly PassBorder? border;
    private readonly bool[] flushWanted;
    private readonly Channel<PathMtuStep> pathMtus = Channel.CreateBounded<PathMtuStep>(
        new BoundedChannelOptions(MostPathMtus) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock endGate = new();
    private readonly Thread writer;
    private Task follower = Task.CompletedTask;
    private LiveTables? followed;
    private RecordingEnd? end;
    private long changes;
    private volatile bool hasEnded;
    private volatile bool stopping;

    private RouterRecording(string path, RecordingFile file, IReadOnlyList<Worker> workers, RecordingOptions options)
    {
        (Path, this.file, this.workers, ClockOffset) = (path, file, workers, options.ClockOffset);
        flushWanted = new bool[workers.Count];
        border = options.IsSingleThreaded ? null : new PassBorder(workers);
        var chunks = (int)Math.Clamp(options.BufferBytes / RecordingOptions.ChunkBytes / workers.Count, 2, int.MaxValue / 2);
        for (var index = 0; index < workers.Count; index++)
        {
            queues.Add(new ChunkQueue(chunks, RecordingOptions.ChunkBytes));
            recorders.Add(new WorkerRecorder(this, index, workers[index].Pool, queues[index]));
            workers[index].Record(recorders[index]);
        }

        writer = new Thread(Write) { Name = "record", IsBackground = true };
        writer.Start();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Nanoseconds from the workers' clock to 1970-01-01 UTC.</summary>
    public long ClockOffset { get; }

    /// <summary>Bytes in the file. For any thread.</summary>
    public long Bytes => file.Length;

    /// <summary>Received frames that were written down. For any thread.</summary>
    public long Frames => recorders.Sum(recorder => recorder.Frames);

    /// <summary>True once nothing is recorded any more. For any thread.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Why it ended while the router goes on; null while it runs, or if it ended with the router. For any thread.</summary>
    public string? Failure => Volatile.Read(ref end) is { IsComplete: false } ended ? ended.Reason : null;

    /// <summary>Called once, on any thread, when it ends while the router goes on.</summary>
    public Action<string>? Failed { get; set; }

    /// <summary>Begins to record workers that have done nothing yet: no pass, no port, no tables.</summary>
    /// <param name="path">The file; it must not exist unless the options say otherwise.</param>
    /// <param name="workers">All workers of the router.</param>
    /// <param name="engine">What their engines were made of.</param>
    /// <param name="options">How to record.</param>
    /// <exception cref="RecordingException">The file cannot be made.</exception>
    public static RouterRecording Start(string path, IReadOnlyList<Worker> workers, EngineOptions engine, RecordingOptions options)
    {
        var header = new RecordingHeader
        {
            Program = Version,
            Node = options.Node,
            ClockOffset = options.ClockOffset,
            Workers = [.. workers.Select(worker => RecordedPool.Of(worker.Pool))],
            Engine = RecordedEngine.Of(engine),
        };
        return new RouterRecording(path, RecordingFile.Create(path, header, options), workers, options);
    }

    /// <summary>The version of this program.</summary>
    public static string Version => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>
    /// Follows tables that all workers share: what one worker learns of a tunnel's path is told to all of them between two passes, as another change of the tables. A single worker
    /// keeps its own account of it.
    /// </summary>
    public void Follow(LiveTables tables)
    {
        if (workers.Count == 1)
            return;
        foreach (var worker in workers)
            worker.Engine.PathMtuTold = (tunnel, mtu, at) => pathMtus.Writer.TryWrite(new PathMtuStep(tunnel.Kind, tunnel.Remote, mtu, at));
        if (border is null)
        {
            followed = tables;
            return;
        }

        follower = Task.Run(async () =>
        {
            await foreach (var step in pathMtus.Reader.ReadAllAsync().ConfigureAwait(false))
                tables.LowerPathMtu(step);
        });
    }

    /// <summary>A worker's pass is about to begin: where one thread runs all of them, none is within one now.</summary>
    public void BeforePass()
    {
        while (followed is not null && pathMtus.Reader.TryRead(out var step))
            followed.LowerPathMtu(step);
    }

    /// <summary>Waits until no change of tables is under way that the recording itself makes, and makes no more; before the workers' threads end.</summary>
    public void Settle()
    {
        pathMtus.Writer.TryComplete();
        follower.Wait();
    }

    /// <summary>Notes the configuration that the next changes come of, so that the fuzzer's checks can be made on the recording; before each of them that has another one.</summary>
    /// <param name="node">The node in it.</param>
    /// <param name="files">Its files, which were found valid.</param>
    /// <param name="uplink">The uplink as the host has it; null: a replay's, whose neighbors answer ARP by themselves.</param>
    /// <returns>Null, or why the file says only that there is one: it is too long.</returns>
    public string? Describe(string node, IEnumerable<ConfigurationFile> files, UplinkFacts? uplink)
    {
        if (hasEnded)
            return null;
        var configuration = RecordedConfiguration.Of(Volatile.Read(ref changes) + 1, node, files, uplink);
        string? complaint = null;
        if (!RecordingFile.Fits(configuration))
        {
            configuration = configuration.WithoutFiles();
            complaint = $"the configuration of {configuration.TooLong} characters is too long for a recording";
        }

        Try(() => file.TryAddConfiguration(configuration));
        return complaint;
    }

    /// <inheritdoc/>
    public void Make(TableStep step, Action make)
    {
        var number = changes + 1;
        Volatile.Write(ref changes, number);
        if (hasEnded || !Try(() => file.TryAddTables(number, step)))
        {
            make();
            return;
        }

        if (border is not null)
        {
            border.Pass(worker => worker.Recorder!.TablesChanged(number), make, () => Fail("a worker did not come to the end of a pass"));
            return;
        }

        foreach (var worker in workers)
        {
            worker.ReportQuiescent();
            worker.Recorder!.TablesChanged(number);
        }

        make();
    }

    /// <summary>Writes a worker's part of a port down as an interface.</summary>
    public uint Declare(int worker, int index, IPort port)
    {
        var number = 0u;
        if (!hasEnded)
            Try(() => file.TryAddInterface(port.Name, $"port {index}, worker {worker}, {port.Driver}", out number));
        return number;
    }

    /// <summary>True once if a worker is to hand over what it has: so that a file is never long behind.</summary>
    public bool IsFlushWanted(int worker)
    {
        if (!Volatile.Read(ref flushWanted[worker]))
            return false;
        Volatile.Write(ref flushWanted[worker], false);
        return true;
    }

    /// <summary>A worker found no room: what happened is not known any more from here on.</summary>
    public void Lose() => Fail("the disk is too slow: the memory for what is not written yet is full");

    /// <summary>Writes what there is, and ends; the workers' threads have ended, or the calling thread is theirs.</summary>
    public void Dispose()
    {
        Settle();
        stopping = true;
        writer.Join();
        foreach (var recorder in recorders)
        {
            if (hasEnded)
                break;
            var rest = recorder.Finish();
            Drain();
            TryAppend(recorder.Worker, rest);
        }

        lock (endGate)
            end ??= new RecordingEnd(true, "the router ended");
        hasEnded = true;
        WriteEnd();
        file.Dispose();
    }

    private void Fail(string reason)
    {
        lock (endGate)
        {
            if (end is not null)
                return;
            Volatile.Write(ref end, new RecordingEnd(false, reason));
            hasEnded = true;
        }

        // On a worker's thread, too: nobody may wait here.
        if (Failed is { } failed)
            ThreadPool.QueueUserWorkItem(_ => failed(reason));
    }

    private bool Try(Func<bool> write)
    {
        try
        {
            return IsWritten(write());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(CannotBeWritten(e));
            return false;
        }
    }

    private bool TryFlush()
    {
        try
        {
            return hasEnded || IsWritten(file.TryFlush());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(CannotBeWritten(e));
            return false;
        }
    }

    private bool TryAppend(int worker, ReadOnlySpan<byte> chunk)
    {
        try
        {
            return IsWritten(file.TryAppend(worker, chunk));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(CannotBeWritten(e));
            return false;
        }
    }

    private bool IsWritten(bool isWritten)
    {
        if (!isWritten)
            Fail("the file has reached its limit");
        return isWritten;
    }

    private static string CannotBeWritten(Exception failure) => $"the file cannot be written: {failure.Message}";

    private void Write()
    {
        var nextFlush = Environment.TickCount64;
        while (true)
        {
            var isLast = stopping;
            var wrote = Drain();
            if (hasEnded)
            {
                // What was handed over before is as good as ever.
                Drain();
                WriteEnd();
                return;
            }

            if (isLast)
                return;
            if (Environment.TickCount64 >= nextFlush)
            {
                nextFlush = Environment.TickCount64 + (long)FlushInterval.TotalMilliseconds;
                for (var worker = 0; worker < flushWanted.Length; worker++)
                    Volatile.Write(ref flushWanted[worker], true);
            }

            Thread.Sleep(wrote ? ShortPause : LongPause);
        }
    }

    private bool Drain()
    {
        if (!TryFlush())
            return false;
        var wrote = false;
        for (var worker = 0; worker < queues.Count; worker++)
        {
            while (queues[worker].TryPeek(out var chunk))
            {
                if (!TryAppend(worker, chunk))
                    return wrote;
                queues[worker].Remove();
                wrote = true;
            }
        }

        return wrote;
    }

    private void WriteEnd()
    {
        try
        {
            file.End(end!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(CannotBeWritten(e));
        }
    }
}
