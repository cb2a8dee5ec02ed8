using VRouter.Core.Graph;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes the drops: those of the stages and of sending, and those of ports before the router got the frames.</summary>
internal static class DropViews
{
    public static IReadOnlyList<DropView> Of(RouterStatus status, IReadOnlyList<DropCounts> workers, ClosedPorts closed) => [.. DropReasons.All
        .Select(reason => Describe(reason, status, workers, closed))
        .Where(view => view.Count > 0)
        .OrderByDescending(view => view.Count)
        .ThenBy(view => view.Reason, StringComparer.Ordinal)];

    private static DropView Describe(DropReason reason, RouterStatus status, IReadOnlyList<DropCounts> workers, ClosedPorts closed)
    {
        var info = DropReasons.Describe(reason);
        var count = closed.ReceiveDrops[(int)reason] + workers.Sum(worker => worker.All[(int)reason]);
        var ports = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var number = 0; number < status.Ports.Count; number++)
        {
            var port = status.Ports[number];
            var earlier = port.EarlierDrops.Count > 0 ? port.EarlierDrops[(int)reason] : 0;
            var ofPort = workers.Sum(worker => worker.ByPort[number][(int)reason]) - earlier;
            if (ofPort > 0)
                ports[port.Spec.Interface] = ofPort;
        }

        return new DropView(DropReasons.Label(reason), count, info.Severity.ToString().ToLowerInvariant(), info.Sentence, ports);
    }
}
