using VRouter.Core.Graph;
using VRouter.Host.Api;
using VRouter.Host.Configuration;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>What ports counted before they were closed, so that sums over all time stay true; immutable.</summary>
/// <param name="Totals">Frames and bytes.</param>
/// <param name="ReceiveDrops">Frames lost before the router got them, by reason.</param>
public sealed record ClosedPorts(PortTotals Totals, ValueList<long> ReceiveDrops)
{
    /// <summary>No port was closed yet.</summary>
    public static ClosedPorts None { get; } = new(PortTotals.Of("closed ports", new PortCounters()), [.. new long[DropReasons.Count]]);

    /// <summary>One port more.</summary>
    public ClosedPorts With(PortCounters port) => new(
        Totals.Plus(PortTotals.Of(Totals.Name, port)),
        ReceiveDrops.Select((count, reason) => count + port.ReceiveDropsOf((DropReason)reason)).ToValueList());
}
