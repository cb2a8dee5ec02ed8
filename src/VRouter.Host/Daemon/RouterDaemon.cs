using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using VRouter.Core.Forwarding;
using VRouter.Core.Tables;
using VRouter.Host.Api;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon.Collections;
using VRouter.Host.Daemon.Guard;
using VRouter.Host.Daemon.WarmUp;
using VRouter.Host.Recording;
using VRouter.Host.Sources;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Host.Daemon;

/// <summary>
/// A router of one node in the foreground: starts all parts, follows files and kernel, and leaves the host as it was. One instance is one run.
/// </summary>
internal sealed class RouterDaemon : IDisposable
{
    private readonly CollectionWatch collections = CollectionWatch.Start();
    private readonly Channel<DaemonEvent> events = Channel.CreateUnbounded<DaemonEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Stack<IDisposable> parts = new();
    private readonly DaemonOptions options;
    private readonly DaemonLog log;
    private readonly Conditions conditions;
    private readonly FileSource files;
    private readonly ClusterState state;
    private readonly RouterConfiguration router;
    private Reconciler reconciler = null!;
    private ChangeLoop changes = null!;

    private RouterDaemon(DaemonOptions options, DaemonLog log, FileSource files, ClusterState state, RouterConfiguration router)
    {
        this.options = options;
        this.log = log;
        this.files = files;
        this.state = state;
        this.router = router;
        conditions = new Conditions(log);
        parts.Push(files);
    }

    private string Node => router.Name;

    /// <summary>Runs a router until it is told to stop.</summary>
    /// <param name="options">What the command line says.</param>
    /// <param name="log">The log.</param>
    /// <param name="findings">Told each finding about the files at the start.</param>
    /// <param name="ready">Told the one line that says that packets are forwarded.</param>
    /// <param name="stop">Ends the router.</param>
    /// <exception cref="DaemonException">It cannot start; nothing is left behind.</exception>
    public static async Task RunAsync(DaemonOptions options, DaemonLog log, Action<Diagnostic> findings, Action<string> ready, CancellationToken stop)
    {
        var warmUp = RouterWarmUp.Begin(log);
        using var daemon = Load(options, log, findings);
        await daemon.StartAsync().ConfigureAwait(false);
        await warmUp.EndAsync().ConfigureAwait(false);
        // What the start has left lives for long: moved out of the way once, it is not in the way of later collections, which stop the workers.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        daemon.collections.Restart();
        ready(daemon.ReadyLine());
        var views = ControlWarmUp.RunAsync(daemon.router.ControlSocket, log, stop);
        await daemon.changes.RunAsync(stop).ConfigureAwait(false);
        await views.ConfigureAwait(false);
        log.Info("ending");
    }

    /// <summary>Ends all parts in the reverse order of their start.</summary>
    public void Dispose()
    {
        while (parts.TryPop(out var part))
            part.Dispose();
    }

    private static RouterDaemon Load(DaemonOptions options, DaemonLog log, Action<Diagnostic> findings)
    {
        var files = new FileSource(options.Paths, keepsFiles: options.Record is not null);
        try
        {
            var (state, found) = files.Load();
            foreach (var finding in found)
                findings(finding);
            if (state is null)
                throw DaemonException.Configuration("the configuration is not valid, so the router does not start");
            var (router, error) = NodeSelection.Select(state, options.Node, Environment.MachineName, string.Join(' ', options.Paths));
            if (router is null)
                throw DaemonException.Configuration(error!);
            return new RouterDaemon(options, log, files, state, router);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private async Task StartAsync()
    {
        Preflight.Demand(options.UseGuard, router.Workloads.Driver == PortDriver.Tap);
        parts.Push(collections);
        parts.Push(NodeLock.TryTake(Node)
            ?? throw DaemonException.Host($"another router runs as node {Node} in this network namespace; end it first"));
        var socketPath = router.ControlSocket;
        var socket = ControlSocket.Bind(socketPath);
        parts.Push(new Ending(() => RemoveSocket(socket, socketPath)));
        parts.Push(Demand(KernelWatch.Start(() => events.Writer.TryWrite(new DaemonEvent.KernelChanged()), Blind)));
        var kernel = Demand(RtnetlinkClient.Open());
        parts.Push(kernel);
        var host = Demand(HostState.Read(kernel));
        var frameCapacity = FrameBuffers.CapacityFor(host, state, router);
        var engine = EngineOptionsFor(frameCapacity);
        var workers = MakeWorkers(frameCapacity, engine);
        var recording = StartRecording(workers, engine);
        var guard = options.UseGuard ? new KernelGuard(Node) : null;
        if (guard is not null)
            parts.Push(new Ending(() => RemoveGuard(guard)));
        else
            log.Warning("--no-guard: unless rules of yours hide them, the host's kernel treats the router's packets too, and answers IPIP with ICMP errors");

        var opener = new HostPortOpener(new XdpMemory(workers.Workers[0].Pool), FrameBuffers.RingBytesFor(state, router));
        var ports = new PortSet(workers, opener, frameCapacity, log, TimeProvider.System);
        reconciler = new Reconciler(Node, workers, ports, guard, conditions, log, recording);
        parts.Push(new WorkerThreads(workers, router.Spin, Defect));
        if (recording is not null)
            parts.Push(new Ending(recording.Settle));
        await reconciler.ApplyAsync(state, host).ConfigureAwait(false);
        DemandUplinkAndGuard();
        changes = new ChangeLoop(events, files, kernel, reconciler, guard, conditions, log);
        var inspection = new RouterInspection(workers, reconciler, ports, conditions, options, collections, recording);
        parts.Push(await ControlServer.StartAsync(socket, inspection).ConfigureAwait(false));
    }

    private static EngineOptions EngineOptionsFor(int frameCapacity) => new()
    {
        FirstIdentification = (ushort)Seed(),
        UniversalTimeOffset = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - WorkerThread.Now,
        Neighbors = new NeighborOptions { HashSeed = Seed() },
        NeighborQueue = new NeighborQueueOptions { Total = FrameBuffers.CountFor(frameCapacity) / 4 },
        IcmpErrors = new IcmpErrorOptions { HashSeed = Seed(), FirstIdentification = (ushort)Seed() },
    };

    private WorkerGroup MakeWorkers(int frameCapacity, EngineOptions engine)
    {
        var frames = FrameBuffers.CountFor(frameCapacity);
        var lent = router.Workers == 1 ? FrameBuffers.CountForXdp(state, router) : 0;
        var workers = WorkerGroup.Create(router.Workers, frames + lent, frameCapacity, engine);
        parts.Push(workers);
        return workers;
    }

    private RouterRecording? StartRecording(WorkerGroup workers, EngineOptions engine)
    {
        if (options.Record is not { } path)
            return null;
        try
        {
            var recording = RouterRecording.Start(path, workers.Workers, engine, new RecordingOptions
            {
                Node = Node,
                Limit = options.RecordLimit,
                Overwrite = options.RecordOverExisting,
                ClockOffset = engine.UniversalTimeOffset ?? 0,
            });
            recording.Failed = reason => events.Writer.TryWrite(new DaemonEvent.RecordingEnded(path, reason));
            parts.Push(recording);
            log.Info($"recording to {path}");
            return recording;
        }
        catch (RecordingException e)
        {
            throw DaemonException.Host(e.Message);
        }
    }

    private static uint Seed() => (uint)RandomNumberGenerator.GetInt32(int.MaxValue);

    private static T Demand<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value : throw DaemonException.Host(error.ToString());

    /// <summary>At the start a missing uplink or guard is an end, not a condition: nobody would look for it in the log.</summary>
    private void DemandUplinkAndGuard()
    {
        if (conditions.Current.FirstOrDefault(condition => condition.Subject == Reconciler.GuardSubject) is { } noGuard)
            throw DaemonException.Host($"the guard cannot be set: {noGuard.Text}");
        if (reconciler.Status!.Ports.All(port => port.Spec.Role != PortRole.Uplink))
            throw DaemonException.Host($"the uplink {router.Uplink.Interface} cannot be opened; see above");
    }

    private string ReadyLine()
    {
        var status = reconciler.Status!;
        var uplink = status.Ports.First(port => port.Spec.Role == PortRole.Uplink);
        var attached = status.Ports.Count - 1;
        var expected = status.View.Endpoints.Length;
        var workloads = attached == expected ? Counted.Of(attached, "workload") : $"{attached} of {Counted.Of(expected, "workload")}";
        return $"vrouter: ready: node {Node}, {workloads}, {Counted.Of(status.Rib.Count, "route")}, uplink {uplink.Spec.Interface} ({uplink.Port.Driver})";
    }

    private void Blind(string reason) => log.Error($"changes of the host's interfaces are not seen any more: {reason}; restart the router");

    private void Defect(Exception failure) => events.Writer.TryWrite(new DaemonEvent.Defect(failure));

    private static void RemoveSocket(Socket socket, string path)
    {
        socket.Dispose();
        File.Delete(path);
    }

    private void RemoveGuard(KernelGuard guard)
    {
        if (guard.Applied is null)
            return;
        try
        {
            guard.Remove();
        }
        catch (GuardException e)
        {
            log.Error($"the guard stays behind: {e.Message}; remove it: nft delete table netdev {GuardScript.TableOf(Node)}");
        }
    }
}
