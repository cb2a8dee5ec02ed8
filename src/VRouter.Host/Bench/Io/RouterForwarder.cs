using System.Text.Json.Serialization.Metadata;
using VRouter.Host.Api;
using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>vRouter: the daemon as people run it, its workers on one core.</summary>
internal sealed class RouterForwarder : IForwarder
{
    private const string WorkerPrefix = "worker-", RecordingThread = "record";
    private readonly ControlClient client;
    private readonly int process;
    private readonly int[] workers;
    private readonly int[] writers;
    private readonly TemporaryRecording? recording;

    private RouterForwarder(IoLab lab, IoSettings settings, TemporaryRecording? recording)
    {
        this.recording = recording;
        Lab = lab;
        Mode = settings.Mode;
        Name = $"vrouter {settings.Driver.Name}{(recording is null ? "" : ", recording")}";
        client = new ControlClient(lab.SocketOf(IoNetwork.Node));
        process = lab.RouterOf(IoNetwork.Node);
        workers = ProcessThreads.Of(process, WorkerPrefix);
        writers = recording is null ? [] : ProcessThreads.Of(process, RecordingThread);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Remark => null;

    /// <inheritdoc/>
    public IoLab Lab { get; }

    /// <inheritdoc/>
    public IoMode Mode { get; }

    /// <inheritdoc/>
    public bool Routes => true;

    /// <inheritdoc/>
    public bool Explains => true;

    /// <summary>True if it writes down what it receives.</summary>
    public bool IsRecording => recording is not null;

    /// <summary>Builds the lab and starts the router.</summary>
    /// <param name="settings">Ports, mode and cores.</param>
    /// <param name="recording">Where it records, which it takes away at the end; null: it does not.</param>
    /// <param name="cancellation">Stops and takes away what was built.</param>
    public static async Task<RouterForwarder> StartAsync(IoSettings settings, TemporaryRecording? recording, CancellationToken cancellation)
    {
        IoLab lab;
        try
        {
            lab = await IoLab.BuildAsync(
                recording is null ? "router" : "recording",
                folder => IoNetwork.WithRouter(settings.Mode, bothWays: false, settings.Driver, folder),
                cancellation,
                recording?.Arguments ?? []).ConfigureAwait(false);
        }
        catch
        {
            recording?.Dispose();
            throw;
        }

        var router = new RouterForwarder(lab, settings, recording);
        if (router.workers.Length > 0 && router.workers.All(worker => ProcessThreads.Pin(worker, settings.RouterCore)))
            return router;
        await router.DisposeAsync().ConfigureAwait(false);
        throw new LabException($"the router's worker cannot be put on core {settings.RouterCore}");
    }

    /// <inheritdoc/>
    public long? ProcessorTime() => ProcessThreads.ProcessorTime(process, workers);

    /// <inheritdoc/>
    public long? OtherProcessorTime() => IsRecording ? ProcessThreads.ProcessorTime(process, writers) : null;

    /// <summary>What its recording is, and took.</summary>
    /// <param name="own">What a frame took, in nanoseconds, in each round.</param>
    /// <param name="plain">The same of the router that does not record.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<RecordingCost> CostAsync(
        IReadOnlyList<(double? Own, double? Other)> own, IReadOnlyList<(double? Own, double? Other)> plain, CancellationToken cancellation)
    {
        var state = (await AskAsync("/runtime", ApiJson.Default.RuntimeView, cancellation).ConfigureAwait(false)).Recording
            ?? throw new LabException($"{Name}: the router does not know of its recording");
        return new RecordingCost(
            state.Bytes,
            state.Frames,
            Median(own.Select(round => round.Other), 1),
            Median(own.Zip(plain, (recorded, other) => recorded.Own / other.Own), 3),
            state.Failure);
    }

    /// <summary>Nanoseconds that all threads of the process have run.</summary>
    public long WholeProcessorTime() => ProcessClock.Of(process);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, long>> DropsAsync(CancellationToken cancellation)
    {
        var drops = await AskAsync("/drops", ApiJson.Default.IReadOnlyListDropView, cancellation).ConfigureAwait(false);
        return drops.ToDictionary(drop => drop.Reason, drop => drop.Count);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Lab.DisposeAsync().ConfigureAwait(false);
        recording?.Dispose();
    }

    private static double? Median(IEnumerable<double?> values, int digits)
    {
        var known = values.OfType<double>().ToList();
        return known.Count == 0 ? null : Math.Round(Spread.Of(known).Median, digits);
    }

    private async Task<T> AskAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            return await client.GetAsync(path, type, cancellation).ConfigureAwait(false);
        }
        catch (ControlException e)
        {
            throw new LabException(e.Message, e);
        }
    }
}
