using VRouter.Core.Graph;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;

namespace VRouter.Host.Api;

/// <summary>Frames and bytes of a port, or of several.</summary>
/// <param name="Name">The port's name.</param>
/// <param name="ReceivedFrames">Frames handed to the router.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="TransmittedFrames">Frames sent.</param>
/// <param name="TransmittedBytes">Their bytes.</param>
/// <param name="ReceiveDrops">Frames lost before the router got them.</param>
/// <param name="TransmitDrops">Frames that could not be sent.</param>
public sealed record PortTotals(
    string Name, long ReceivedFrames, long ReceivedBytes, long TransmittedFrames, long TransmittedBytes, long ReceiveDrops, long TransmitDrops)
{
    /// <summary>What a port counted.</summary>
    public static PortTotals Of(string name, PortCounters counters) => new(
        name,
        counters.ReceivedFrames,
        counters.ReceivedBytes,
        counters.TransmittedFrames,
        counters.TransmittedBytes,
        DropReasons.All.Sum(counters.ReceiveDropsOf),
        DropReasons.All.Sum(counters.TransmitDropsOf));

    /// <summary>What a worker counted on each port.</summary>
    public static IReadOnlyList<PortTotals> Of(ValueList<OpenPort> ports, int worker) =>
        [.. ports.Select(port => Of(port.Spec.Interface, port.Queues[worker].Counters))];

    /// <summary>Sums, port by port, what several workers counted on the same ports.</summary>
    public static IReadOnlyList<PortTotals> Sum(IEnumerable<IReadOnlyList<PortTotals>> workers) =>
        workers.Aggregate((sum, part) => [.. sum.Zip(part, (first, second) => first.Plus(second))]);

    /// <summary>Both together, under the name of this one.</summary>
    public PortTotals Plus(PortTotals other) => new(
        Name,
        ReceivedFrames + other.ReceivedFrames,
        ReceivedBytes + other.ReceivedBytes,
        TransmittedFrames + other.TransmittedFrames,
        TransmittedBytes + other.TransmittedBytes,
        ReceiveDrops + other.ReceiveDrops,
        TransmitDrops + other.TransmitDrops);
}
