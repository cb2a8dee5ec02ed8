namespace VRouter.Host.Api;

/// <summary>All frames since the start; those of each worker at one moment between two of its passes.</summary>
/// <param name="Received">Frames that ports received.</param>
/// <param name="Originated">Frames that the router made: ICMP errors, ARP requests, further fragments.</param>
/// <param name="Ports">What each open port counted.</param>
/// <param name="ClosedPorts">What the ports counted that are closed by now.</param>
/// <param name="Workers">The same for each worker, closed ports not included.</param>
public sealed record CountersView(
    OutcomeView Received,
    OutcomeView Originated,
    IReadOnlyList<PortTotals> Ports,
    PortTotals ClosedPorts,
    IReadOnlyList<WorkerCountersView> Workers)
{
    /// <summary>Sums what the workers counted.</summary>
    public static CountersView Of(IReadOnlyList<WorkerCountersView> workers, PortTotals closedPorts) => new(
        workers.Select(worker => worker.Received).Aggregate((sum, part) => sum.Plus(part)),
        workers.Select(worker => worker.Originated).Aggregate((sum, part) => sum.Plus(part)),
        PortTotals.Sum(workers.Select(worker => worker.Ports)),
        closedPorts,
        workers);
}
