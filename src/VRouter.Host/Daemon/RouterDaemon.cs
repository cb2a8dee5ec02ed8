using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Host.Api;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon.Guard;
using VRouter.Host.Sources;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>
/// A router of one node in the foreground: starts all parts, follows files and kernel, and leaves the host as it was. One instance is one run.
/// </summary>
internal sealed class RouterDaemon : IDisposable
{
    // Kernel changes come in trains: a new pod is a dozen of them.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly Channel<DaemonEvent> events = Channel.CreateUnbounded<DaemonEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Stack<IDisposable> parts = new();
    private readonly DaemonOptions options;
    private readonly DaemonLog log;
    private readonly Conditions conditions;
    private readonly FileSource files;
    private ClusterState state;
    private RouterConfiguration router;
    private RtnetlinkClient kernel = null!;
    private Reconciler reconciler = null!;
    private KernelGuard? guard;

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
        using var daemon = Load(options, log, findings);
        await daemon.StartAsync().ConfigureAwait(false);
        ready(daemon.ReadyLine());
        await daemon.FollowAsync(stop).ConfigureAwait(false);
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
        var files = new FileSource(options.Paths);
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
        parts.Push(NodeLock.TryTake(Node)
            ?? throw DaemonException.Host($"another router runs as node {Node} in this network namespace; end it first"));
        var socketPath = router.ControlSocket;
        var socket = ControlSocket.Bind(socketPath);
        parts.Push(new Ending(() => RemoveSocket(socket, socketPath)));
        parts.Push(Demand(KernelWatch.Start(() => events.Writer.TryWrite(new DaemonEvent.KernelChanged()), Blind)));
        kernel = Demand(RtnetlinkClient.Open());
        parts.Push(kernel);
        var host = Demand(HostState.Read(kernel));
        var frameCapacity = FrameBuffers.CapacityFor(host, state, router);
        var worker = MakeWorker(frameCapacity);
        if (options.UseGuard)
        {
            guard = new KernelGuard(Node);
            parts.Push(new Ending(RemoveGuard));
        }
        else
        {
            log.Warning("--no-guard: unless rules of yours hide them, the host's kernel treats the router's packets too, and answers IPIP with ICMP errors");
        }

        var ports = new PortSet(worker, new HostPortOpener(), frameCapacity, log, TimeProvider.System);
        reconciler = new Reconciler(Node, worker, ports, guard, conditions, log);
        parts.Push(new WorkerThread(worker, "worker-0", Defect));
        await reconciler.ApplyAsync(state, host).ConfigureAwait(false);
        DemandUplinkAndGuard();
        var inspection = new RouterInspection(worker, reconciler, ports, conditions, options);
        parts.Push(await ControlServer.StartAsync(socket, inspection).ConfigureAwait(false));
    }

    private Worker MakeWorker(int frameCapacity)
    {
        var frames = FrameBuffers.CountFor(frameCapacity);
        var worker = new Worker(new FramePool(frames, frameCapacity), new EngineOptions
        {
            FirstIdentification = (ushort)Seed(),
            Neighbors = new NeighborOptions { HashSeed = Seed() },
            NeighborQueue = new NeighborQueueOptions { Total = frames / 4 },
            IcmpErrors = new IcmpErrorOptions { HashSeed = Seed(), FirstIdentification = (ushort)Seed() },
        });
        parts.Push(worker);
        return worker;
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
        return $"vrouter: ready: node {Node}, {workloads}, {Counted.Of(status.Routes.Best.Length, "route")}, uplink {uplink.Spec.Interface} ({uplink.Port.Driver})";
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        if (files.WatchLimitation is { } limitation)
            log.Warning($"files are looked at every few seconds only: {limitation}");
        var watching = WatchFilesAsync(stop);
        using var timer = new Timer(_ => events.Writer.TryWrite(new DaemonEvent.TimeToLook()), null, RetryInterval, RetryInterval);
        try
        {
            while (await events.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                await Task.Delay(Settle, stop).ConfigureAwait(false);
                await TreatAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }

        await watching.ConfigureAwait(false);
    }

    private async Task WatchFilesAsync(CancellationToken stop)
    {
        await foreach (var result in files.WatchAsync(stop).ConfigureAwait(false))
            events.Writer.TryWrite(new DaemonEvent.FilesChanged(result));
    }

    private async Task TreatAsync()
    {
        var dirty = false;
        while (events.Reader.TryRead(out var change))
        {
            switch (change)
            {
                case DaemonEvent.FilesChanged { Result: var result }:
                    dirty |= Take(result);
                    break;
                case DaemonEvent.TimeToLook:
                    dirty |= reconciler.HasFailures || IsGuardGone();
                    break;
                case DaemonEvent.Defect { Failure: var failure }:
                    throw new InvalidOperationException("the worker ended by a defect of the router", failure);
                default:
                    dirty = true;
                    break;
            }
        }

        if (dirty)
            await ApplyAsync().ConfigureAwait(false);
    }

    private async Task ApplyAsync()
    {
        if (!HostState.Read(kernel).TryGet(out var host, out var error))
        {
            log.Error($"the host's interfaces cannot be read: {error}; what is in effect stays");
            return;
        }

        try
        {
            await reconciler.ApplyAsync(state, host).ConfigureAwait(false);
        }
        catch (DaemonException e)
        {
            log.Write(e.Finding ?? new Diagnostic(SourceLocation.None, DiagnosticSeverity.Error, e.Message));
            log.Error("what is in effect stays");
        }
    }

    /// <summary>Takes over a new state of the files unless it is broken.</summary>
    private bool Take(ConfigurationResult result)
    {
        foreach (var finding in result.Diagnostics)
            log.Write(finding);
        if (result.State is not { } changed)
        {
            log.Error($"the files have changed and are not valid ({Counted.Of(result.Diagnostics.ErrorCount, "error")}); what is in effect stays");
            return false;
        }

        var (selected, error) = NodeSelection.Select(changed, Node, Node, string.Join(' ', options.Paths));
        if (selected is null)
        {
            log.Write(error!);
            log.Error("what is in effect stays");
            return false;
        }

        if (selected.ControlSocket != router.ControlSocket)
            log.Warning($"{selected.Source["spec.control.socket"]}: spec.control.socket is read at the start only; restart the router to move its socket");
        log.Info("the files have changed");
        state = changed;
        router = selected;
        return true;
    }

    private bool IsGuardGone()
    {
        try
        {
            if (guard is null || guard.IsInPlace())
                return false;
        }
        catch (GuardException e)
        {
            log.Error($"guard: {e.Message}");
            return false;
        }

        log.Warning("guard: somebody removed the table; it is set again");
        return true;
    }

    private void Blind(string reason) => log.Error($"changes of the host's interfaces are not seen any more: {reason}; restart the router");

    private void Defect(Exception failure) => events.Writer.TryWrite(new DaemonEvent.Defect(failure));

    private static void RemoveSocket(Socket socket, string path)
    {
        socket.Dispose();
        File.Delete(path);
    }

    private void RemoveGuard()
    {
        if (guard!.Applied is null)
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
