using VRouter.Core.Graph;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes the drops: those of the stages and of sending, and those of ports before the router got the frames.</summary>
internal static class DropViews
{
    public static IReadOnlyList<DropView> Of(RouterStatus status, GraphCounters counters, ClosedPorts closed) => [.. DropReasons.All
        .Select(reason => Describe(reason, status, counters, closed))
        .Where(view => view.Count > 0)
        .OrderByDescending(view => view.Count)
        .ThenBy(view => view.Reason, StringComparer.Ordinal)];

    private static DropView Describe(DropReason reason, RouterStatus status, GraphCounters counters, ClosedPorts closed)
    {
        var info = DropReasons.Describe(reason);
        var count = counters.DropsOf(reason) + closed.ReceiveDrops[(int)reason];
        var ports = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var port in status.Ports)
        {
            var lost = port.Port.Counters.ReceiveDropsOf(reason);
            count += lost;
            var ofPort = lost + ByEngine(port, reason, counters);
            if (ofPort > 0)
                ports[port.Spec.Interface] = ofPort;
        }

        return new DropView(DropReasons.Label(reason), count, info.Severity.ToString().ToLowerInvariant(), info.Sentence, ports);
    }

    private static long ByEngine(OpenPort port, DropReason reason, GraphCounters counters)
    {
        var earlier = port.EarlierDrops.Count > 0 ? port.EarlierDrops[(int)reason] : 0;
        return counters.DropsOfPort(port.Index) is { } drops ? drops[(int)reason] - earlier : 0;
    }
}
