using System.Reflection;
using VRouter.Core.Graph;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>
/// What a running router tells of itself. Counters are read between two passes of the worker, so that they add up. For any thread.
/// </summary>
/// <param name="worker">The worker.</param>
/// <param name="reconciler">What is in effect.</param>
/// <param name="ports">The ports.</param>
/// <param name="conditions">What is not as it should be.</param>
/// <param name="options">How the router was started.</param>
internal sealed class RouterInspection(Worker worker, Reconciler reconciler, PortSet ports, Conditions conditions, DaemonOptions options)
{
    // A worker that does not come to the end of a pass in this time has stopped.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;

    private RouterStatus Status => reconciler.Status!;

    /// <summary>The RIB, with what each route compiled to.</summary>
    public IReadOnlyList<RouteView> Routes() => RouteViews.Of(Status);

    /// <summary>The open ports, and the interfaces that are awaited.</summary>
    public Task<IReadOnlyList<PortView>> PortsAsync() => BetweenPassesAsync(() => PortViews.Of(Status));

    /// <summary>The neighbors that were learned, and those that resources tell.</summary>
    public IReadOnlyList<NeighborView> Neighbors() => NeighborViews.Of(Status, worker.Engine.Neighbors.Snapshot(), WorkerThread.Now);

    /// <summary>The tunnels to other nodes.</summary>
    public IReadOnlyList<TunnelView> Tunnels() => TunnelViews.Of(Status, WorkerThread.Now);

    /// <summary>The reasons for which frames were dropped, the most frequent first.</summary>
    public Task<IReadOnlyList<DropView>> DropsAsync() => BetweenPassesAsync(() => DropViews.Of(Status, worker.Engine.Counters, ports.Closed));

    /// <summary>All frames since the start.</summary>
    public Task<CountersView> CountersAsync() => BetweenPassesAsync(() => new CountersView(
        OutcomeView.Of(worker.Engine.Counters.Received),
        OutcomeView.Of(worker.Engine.Counters.Originated),
        [.. Status.Ports.Select(port => PortTotals.Of(port.Spec.Interface, port.Port.Counters))],
        ports.Closed.Totals));

    /// <summary>The process and its stages.</summary>
    public Task<RuntimeView> RuntimeAsync() => BetweenPassesAsync(() => new RuntimeView(
        Status.View.Node.Name,
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Environment.ProcessId,
        Math.Round((DateTimeOffset.UtcNow - started).TotalSeconds, 1),
        Environment.WorkingSet,
        worker.Pool.Capacity,
        worker.Pool.Outstanding,
        worker.Pool.FrameCapacity,
        [.. worker.Engine.Counters.Stages.Select(Describe)]));

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

    private static StageView Describe(StageCounters stage) =>
        new(stage.Name, stage.Calls, stage.Frames, stage.Calls == 0 ? 0 : Math.Round((double)stage.Frames / stage.Calls, 2));

    private async Task<T> BetweenPassesAsync<T>(Func<T> read)
    {
        T result = default!;
        await worker.Invoke(() => result = read()).WaitAsync(Patience).ConfigureAwait(false);
        return result;
    }
}
