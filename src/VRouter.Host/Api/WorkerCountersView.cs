using VRouter.Host.Configuration;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>The frames of one worker since the start.</summary>
/// <param name="Worker">Its name, as its thread's.</param>
/// <param name="Received">Frames that it received.</param>
/// <param name="Originated">Frames that it made.</param>
/// <param name="Ports">What it counted on each open port.</param>
public sealed record WorkerCountersView(string Worker, OutcomeView Received, OutcomeView Originated, IReadOnlyList<PortTotals> Ports)
{
    /// <summary>What a worker counted; called on its thread.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="index">Its index.</param>
    /// <param name="ports">The open ports.</param>
    internal static WorkerCountersView Of(Worker worker, int index, ValueList<OpenPort> ports) => new(
        $"worker-{index}",
        OutcomeView.Of(worker.Engine.Counters.Received),
        OutcomeView.Of(worker.Engine.Counters.Originated),
        PortTotals.Of(ports, index));
}
