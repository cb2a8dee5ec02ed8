using VRouter.Host.Api;
using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>vRouter: the daemon as people run it, its workers on one core.</summary>
internal sealed class RouterForwarder : IForwarder
{
    private const string WorkerPrefix = "worker-";
    private readonly ControlClient client;
    private readonly int process;
    private readonly int[] workers;

    private RouterForwarder(IoLab lab, IoSettings settings)
    {
        Lab = lab;
        Mode = settings.Mode;
        Name = $"vrouter {settings.Driver.Name}";
        client = new ControlClient(lab.SocketOf(IoNetwork.Node));
        process = lab.RouterOf(IoNetwork.Node);
        workers = ProcessThreads.Of(process, WorkerPrefix);
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

    /// <summary>Builds the lab and starts the router.</summary>
    public static async Task<RouterForwarder> StartAsync(IoSettings settings, CancellationToken cancellation)
    {
        var lab = await IoLab.BuildAsync("router", folder => IoNetwork.WithRouter(settings.Mode, bothWays: false, settings.Driver, folder), cancellation)
            .ConfigureAwait(false);
        var router = new RouterForwarder(lab, settings);
        if (router.workers.Length > 0 && router.workers.All(worker => ProcessThreads.Pin(worker, settings.RouterCore)))
            return router;
        await router.DisposeAsync().ConfigureAwait(false);
        throw new LabException($"the router's worker cannot be put on core {settings.RouterCore}");
    }

    /// <inheritdoc/>
    public long? ProcessorTime() => ProcessThreads.ProcessorTime(process, workers);

    /// <summary>Nanoseconds that all threads of the process have run.</summary>
    public long WholeProcessorTime() => ProcessThreads.ProcessorTime(process, ProcessThreads.Of(process));

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, long>> DropsAsync(CancellationToken cancellation)
    {
        try
        {
            var drops = await client.GetAsync("/drops", ApiJson.Default.IReadOnlyListDropView, cancellation).ConfigureAwait(false);
            return drops.ToDictionary(drop => drop.Reason, drop => drop.Count);
        }
        catch (ControlException e)
        {
            throw new LabException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Lab.DisposeAsync().ConfigureAwait(false);
    }
}
