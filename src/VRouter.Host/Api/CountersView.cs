namespace VRouter.Host.Api;

/// <summary>All frames since the start, at one moment between two passes of the worker.</summary>
/// <param name="Received">Frames that ports received.</param>
/// <param name="Originated">Frames that the router made: ICMP errors, ARP requests, further fragments.</param>
/// <param name="Ports">What each open port counted.</param>
/// <param name="ClosedPorts">What the ports counted that are closed by now.</param>
public sealed record CountersView(OutcomeView Received, OutcomeView Originated, IReadOnlyList<PortTotals> Ports, PortTotals ClosedPorts);
