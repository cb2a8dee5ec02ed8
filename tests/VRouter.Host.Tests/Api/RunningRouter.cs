using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Wire;
using VRouter.Host.Api;
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

    private readonly string folder = Directory.CreateTempSubdirectory("vrapi-").FullName;
    private readonly StringWriter log = new();
    private readonly Worker worker = new(new FramePool(256), new EngineOptions());
    private readonly WorkerThread thread;
    private readonly PortSet ports;
    private readonly Conditions conditions;
    private readonly Reconciler reconciler;
    private ControlServer? server;

    private RunningRouter()
    {
        var text = new DaemonLog(TextWriter.Synchronized(log), TimeProvider.System);
        conditions = new Conditions(text);
        ports = new PortSet(worker, new Opener(Wires), 1856, text, TimeProvider.System);
        reconciler = new Reconciler("walker-1", worker, ports, null, conditions, text);
        thread = new WorkerThread(worker, "test");
    }

    public string Socket => Path.Combine(folder, "walker-1.sock");

    /// <summary>The far ends of the ports by name.</summary>
    public Dictionary<string, (FrameQueue ToRouter, FrameQueue FromRouter)> Wires { get; } = [];

    public static async Task<RunningRouter> StartAsync(string mode = "Always", params string[] interfaces)
    {
        var router = new RunningRouter();
        await router.reconciler.ApplyAsync(Seed001.State(mode), Hosts.Walker1(interfaces.Length == 0 ? [Pod] : interfaces));
        var inspection = new RouterInspection(
            router.worker, router.reconciler, router.ports, router.conditions, new DaemonOptions { Paths = ["seed001.yaml"], UseGuard = false });
        router.server = await ControlServer.StartAsync(ControlSocket.Bind(router.Socket), inspection);
        return router;
    }

    public async ValueTask DisposeAsync()
    {
        server?.Dispose();
        thread.Dispose();
        worker.Dispose();
        await log.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Opener(Dictionary<string, (FrameQueue ToRouter, FrameQueue FromRouter)> wires) : IPortOpener
    {
        public Result<IPort> Open(PortSpec spec, int mtu)
        {
            var wire = (ToRouter: MemoryPort.CreateQueue(1500), FromRouter: MemoryPort.CreateQueue(1500));
            wires[spec.Interface] = wire;
            return new MemoryPort(spec.Interface, MacAddress.WorkloadGateway, 1500, wire.ToRouter, wire.FromRouter);
        }
    }
}
