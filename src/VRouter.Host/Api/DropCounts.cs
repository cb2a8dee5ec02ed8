using VRouter.Core.Graph;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>What one worker dropped, at one moment between two of its passes.</summary>
/// <param name="All">By reason; those included that its ports lost before it got them.</param>
/// <param name="ByPort">For each of the router's open ports in their order, by reason.</param>
internal sealed record DropCounts(long[] All, long[][] ByPort)
{
    /// <summary>Reads a worker's counters, on its thread.</summary>
    public static DropCounts Of(RouterStatus status, GraphCounters counters, int worker)
    {
        var all = ByReason(counters.DropsOf);
        var byPort = new long[status.Ports.Count][];
        for (var number = 0; number < byPort.Length; number++)
        {
            var port = status.Ports[number];
            var byEngine = counters.DropsOfPort(port.Index);
            var lost = ByReason(port.Queues[worker].Counters.ReceiveDropsOf);
            for (var reason = 0; reason < all.Length; reason++)
                all[reason] += lost[reason];
            byPort[number] = [.. lost.Select((count, reason) => count + (byEngine is null ? 0 : byEngine[reason]))];
        }

        return new DropCounts(all, byPort);
    }

    private static long[] ByReason(Func<DropReason, long> countOf) => [.. Enumerable.Range(0, DropReasons.Count).Select(reason => countOf((DropReason)reason))];
}
