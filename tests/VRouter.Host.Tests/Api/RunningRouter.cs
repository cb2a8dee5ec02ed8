using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Wire;
using VRouter.Host.Api;
using VRouter.Host.Daemon.Collections;
using VRouter.Host.Daemon;
using VRouter.Host.Tests.Configuration;
using VRouter.Host.Tests.Daemon;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Api;

/// <summary>walker-1's router in this process, its ports in memory, with its control socket.</summary>
internal sealed class RunningRouter : IAsyncDisposable
{
    public const string Pod = "calie50081a277c";

    private readonly CollectionWatch collections = CollectionWatch.Start();
    private readonly string folder = Directory.CreateTempSubdirectory("vrapi-").FullName;
    private readonly StringWriter log = new();
    private readonly WorkerGroup workers;
    private readonly WorkerThreads threads;
    private readonly PortSet ports;
    private readonly Conditions conditions;
    private readonly Reconciler reconciler;
    private ControlServer? server;

    private RunningRouter(int count)
    {
        workers = WorkerGroup.Create(count, 256, 1856, new EngineOptions());
        var text = new DaemonLog(TextWriter.Synchronized(log), TimeProvider.System);
        conditions = new Conditions(text);
        ports = new PortSet(workers, new Opener(Wires), 1856, text, TimeProvider.System);
        reconciler = new Reconciler("walker-1", workers, ports, null, conditions, text);
        threads = new WorkerThreads(workers, TimeSpan.Zero);
    }

    public string Socket => Path.Combine(folder, "walker-1.sock");

    /// <summary>The far ends of the ports by name; those of a further worker are named "eth0 of worker-1".</summary>
    public Dictionary<string, (FrameQueue ToRouter, FrameQueue FromRouter)> Wires { get; } = [];

    public static Task<RunningRouter> StartAsync(string mode = "Always", params string[] interfaces) => StartAsync(1, mode, interfaces);

    public static async Task<RunningRouter> StartAsync(int workers, string mode, params string[] interfaces)
    {
        var router = new RunningRouter(workers);
        await router.reconciler.ApplyAsync(Seed001.State(mode), Hosts.Walker1(interfaces.Length == 0 ? [Pod] : interfaces));
        var inspection = new RouterInspection(
            router.workers, router.reconciler, router.ports, router.conditions, new DaemonOptions { Paths = ["seed001.yaml"], UseGuard = false }, router.collections);
        router.server = await ControlServer.StartAsync(ControlSocket.Bind(router.Socket), inspection);
        return router;
    }

    public async ValueTask DisposeAsync()
    {
        server?.Dispose();
        collections.Dispose();
        threads.Dispose();
        workers.Dispose();
        await log.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Opener(Dictionary<string, (FrameQueue ToRouter, FrameQueue FromRouter)> wires) : IPortOpener
    {
        public Result<IReadOnlyList<IPort>> Open(PortSpec spec, int mtu, int workers, out string? fallback)
        {
            fallback = null;
            var ports = new IPort[workers];
            for (var worker = 0; worker < workers; worker++)
            {
                var wire = (ToRouter: MemoryPort.CreateQueue(1500), FromRouter: MemoryPort.CreateQueue(1500));
                wires[worker == 0 ? spec.Interface : $"{spec.Interface} of worker-{worker}"] = wire;
                ports[worker] = new MemoryPort(spec.Interface, MacAddress.WorkloadGateway, 1500, wire.ToRouter, wire.FromRouter);
            }

            return ports;
        }
    }
}
