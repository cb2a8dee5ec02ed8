using System.Reflection;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Host.Daemon.Collections;
using VRouter.Host.Recording;

namespace VRouter.Host.Api;

/// <summary>
/// What a running router tells of itself. Each worker's counters are read between two of its passes, so that they add up. For any thread.
/// </summary>
/// <param name="workers">The workers.</param>
/// <param name="reconciler">What is in effect.</param>
/// <param name="ports">The ports.</param>
/// <param name="conditions">What is not as it should be.</param>
/// <param name="options">How the router was started.</param>
/// <param name="collections">Watches garbage collections since it is ready.</param>
/// <param name="recording">Its recording, or null.</param>
internal sealed class RouterInspection(WorkerGroup workers, Reconciler reconciler, PortSet ports, Conditions conditions, DaemonOptions options, CollectionWatch collections, RouterRecording? recording = null)
{
    // A worker that does not come to the end of a pass in this time has stopped.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;

    private RouterStatus Status => reconciler.Status!;

    /// <summary>The RIB, with what each route compiled to.</summary>
    public IReadOnlyList<RouteView> Routes() => RouteViews.Of(Status);

    /// <summary>The open ports, and the interfaces that are awaited.</summary>
    public async Task<IReadOnlyList<PortView>> PortsAsync()
    {
        var status = Status;
        return PortViews.Of(status, PortTotals.Sum(await ReadAsync((_, index) => PortTotals.Of(status.Ports, index)).ConfigureAwait(false)));
    }

    /// <summary>The neighbors that were learned, and those that resources tell.</summary>
    public IReadOnlyList<NeighborView> Neighbors() => 
        NeighborViews.Of(Status, workers.Workers.SelectMany(worker => worker.Engine.Neighbors.Snapshot()), WorkerThread.Now);

    /// <summary>The tunnels to other nodes.</summary>
    public IReadOnlyList<TunnelView> Tunnels() => TunnelViews.Of(Status, WorkerThread.Now);

    /// <summary>The reasons for which frames were dropped, the most frequent first.</summary>
    public async Task<IReadOnlyList<DropView>> DropsAsync()
    {
        // In this order: else a port that is closed meanwhile could count twice.
        var (closed, status) = (ports.Closed, Status);
        var drops = await ReadAsync((worker, index) => DropCounts.Of(status, worker.Engine.Counters, index)).ConfigureAwait(false);
        return DropViews.Of(status, drops, closed);
    }

    /// <summary>All frames since the start.</summary>
    public async Task<CountersView> CountersAsync()
    {
        var (closed, status) = (ports.Closed, Status);
        return CountersView.Of(
            await ReadAsync((worker, index) => WorkerCountersView.Of(worker, index, status.Ports)).ConfigureAwait(false), closed.Totals);
    }

    /// <summary>The process and its stages.</summary>
    public async Task<RuntimeView> RuntimeAsync()
    {
        var parts = await ReadAsync(Describe).ConfigureAwait(false);
        return new RuntimeView(
            Status.View.Node.Name,
            Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Environment.ProcessId,
            Math.Round((DateTimeOffset.UtcNow - started).TotalSeconds, 1),
            Environment.WorkingSet,
            parts.Sum(worker => worker.Frames),
            parts.Sum(worker => worker.FramesInUse),
            workers.Workers[0].Pool.FrameCapacity,
            StageView.Sum(parts.Select(worker => worker.Stages)),
            parts)
        {
            Collections = CollectionsView.Of(collections.Read()),
            Recording = recording is null ? null : new RecordingView(recording.Path, recording.Bytes, recording.Frames, !recording.HasEnded, recording.Failure),
        };
    }

    /// <summary>Whether all is as it should be.</summary>
    public HealthView Health()
    {
        var current = conditions.Current.ToList();
        return new HealthView(
            Status.View.Node.Name,
            current.Count == 0 ? "ok" : Word(current.Max(condition => condition.Severity)),
            !options.UseGuard ? "off" : current.Any(condition => condition.Subject == Reconciler.GuardSubject) ? "missing" : "set",
            Status.View.Uplink.Interface,
            options.Paths,
            [.. current.Select(condition => new ConditionView(condition.Subject, Word(condition.Severity), condition.Text))]);
    }

    private static string Word(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Error ? "error" : "warning";

    private static WorkerRuntimeView Describe(Worker worker, int index) => new(
        $"worker-{index}",
        worker.Pool.Capacity,
        worker.Pool.Outstanding,
        [.. worker.Engine.Counters.Stages.Select(stage => StageView.Of(stage.Name, stage.Calls, stage.Frames))]);

    private Task<IReadOnlyList<T>> ReadAsync<T>(Func<Worker, int, T> read) => workers.ReadAsync(read).WaitAsync(Patience);
}
