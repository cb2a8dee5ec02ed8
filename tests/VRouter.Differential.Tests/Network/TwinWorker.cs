using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Reassembly;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;
using VRouter.Io.Ports;

namespace VRouter.Differential.Tests.Network;

/// <summary>The daemon's worker in the twin network: no limit holds its errors back, no time ends what it knows.</summary>
internal static class TwinWorker
{
    // So many errors a millisecond that none is held back.
    private static readonly RateLimit Unlimited = new(PerSecond: 1_000_000, Burst: 1_000_000);

    /// <summary>Makes the worker.</summary>
    /// <param name="fused">Frames may take the fused path.</param>
    /// <param name="universalTimeOffset">From its clock to nanoseconds since 1970-01-01 UT.</param>
    public static Worker Make(bool fused, long universalTimeOffset)
    {
        var capacity = FrameBuffers.CapacityFor(TwinNetwork.Mtus.Max());
        return new Worker(new FramePool(FrameBuffers.CountFor(capacity), capacity), new EngineOptions
        {
            FusedPath = fused,
            UniversalTimeOffset = universalTimeOffset,
            Neighbors = new NeighborOptions { ReachableTime = long.MaxValue / 4, StaleTime = long.MaxValue / 4 },
            Reassembly = new ReassemblyOptions { TimeoutNanoseconds = long.MaxValue / 4 },
            IcmpErrors = new IcmpErrorOptions { PerDestination = Unlimited, PathMtuPerDestination = Unlimited, Overall = Unlimited },
        });
    }

    /// <summary>Gives it the ports, in their order, the tables of the twin network, and its neighbors.</summary>
    public static void Start(Worker worker, IReadOnlyList<IPort> ports, bool strictVxlan, long now)
    {
        for (var i = 0; i < ports.Count; i++)
            worker.AttachPort(i, ports[i]);
        var view = TwinNetwork.View(strictVxlan);
        var attached = ports.Select((port, index) => new AttachedPort(index, port.Name, port.Mtu)).ToList();
        worker.Publish(new TableCompiler().Compile(view, TwinNetwork.Routes(view).Snapshot, attached));
        worker.RunOnce(now);
        foreach (var host in TwinNetwork.NeighborHosts)
        {
            var address = IPv4Address.Parse($"192.0.2.{host}");
            worker.Engine.Neighbors.Request(TwinNetwork.Uplink, address, now, out _);
            worker.Engine.Neighbors.Learn(TwinNetwork.Uplink, address, TwinNetwork.NeighborMac(host), now);
        }
    }

    /// <summary>What was dropped since the last call.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="ports">Its ports.</param>
    /// <param name="seen">By reason, what the calls before have found.</param>
    public static List<DropReason> TakeDrops(Worker worker, IReadOnlyList<IPort> ports, long[] seen)
    {
        var found = new List<DropReason>();
        for (var reason = 1; reason < seen.Length; reason++)
        {
            var count = worker.Engine.Counters.DropsOf((DropReason)reason) + ports.Sum(port => port.Counters.ReceiveDropsOf((DropReason)reason) + port.Counters.TransmitDropsOf((DropReason)reason));
            for (; seen[reason] < count; seen[reason]++)
                found.Add((DropReason)reason);
        }

        return found;
    }
}
