using System.Diagnostics;
using VRouter.Core.Graph;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Network;

/// <summary>
/// Our router as <see cref="RouterSide"/>, but with af-packet ports on veths, whose far ends send and see frames as the kernel router's do: what ports may change, lose or add shows.
/// The kernel that has the interfaces has no address on them, and keeps silent.
/// </summary>
internal sealed class WireSide : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ScratchNamespace router = new();
    private readonly ScratchNamespace ends = new();
    private readonly Worker worker;
    private readonly AfPacketPort[] ports;
    private readonly FarEnd[] farEnds;
    private readonly long[] drops = new long[DropReasons.Count];
    private long now = RouterSide.Start;

    /// <summary>Makes namespaces, links and the router.</summary>
    public WireSide(bool strictVxlan, long universalTimeOffset)
    {
        Requires.Tools("ethtool");
        for (var port = 0; port < TwinNetwork.PortNames.Length; port++)
            AddLink(port);
        farEnds = [.. TwinNetwork.PortNames.Select(name => FarEnd.Open(ends.Name, name))];
        ports = [.. TwinNetwork.PortNames.Select(name => AfPacketPort.Open(name, router.Name).TryGet(out var port, out var error) ? port : throw new InvalidOperationException($"{name}: {error}"))];
        worker = TwinWorker.Make(fused: true, universalTimeOffset);
        TwinWorker.Start(worker, ports, strictVxlan, now);
        Settle();
        TwinWorker.TakeDrops(worker, ports, drops);
    }

    /// <summary>Puts frames in, one after the other, and returns what came out of any port, in order for each port, and why something did not.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="at">The time, nanoseconds of its clock.</param>
    public RouterOutput Run(IReadOnlyList<PortFrame> frames, long at)
    {
        foreach (var frame in frames)
        {
            now = Math.Max(now + 1, at);
            var before = Taken();
            if (farEnds[frame.Port].Send(frame.Frame))
                RunUntil(() => Taken() > before, $"has not received {frame}");
        }

        var found = new List<PortFrame>();
        farEnds[TwinNetwork.Uplink].Send(Sentinel.Frame);
        RunUntil(() => Collect(found), "has not forwarded the frame that marks the end of a case");
        var output = new RouterOutput(found, TwinWorker.TakeDrops(worker, ports, drops));
        worker.Engine.Flush(now);
        TwinWorker.TakeDrops(worker, ports, drops);
        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        worker.Dispose();
        foreach (var port in ports)
            port.Dispose();
        foreach (var end in farEnds)
            end.Dispose();
        router.Dispose();
        ends.Dispose();
    }

    private void AddLink(int port)
    {
        var name = TwinNetwork.PortNames[port];
        router.Ip($"link add name {name} address {TwinNetwork.RouterMac(port)} mtu {TwinNetwork.Mtus[port]} type veth peer name {name} mtu 65535 netns {ends.Name}");
        ends.Ip($"link set dev {name} address 02:00:00:00:ff:0{port} arp off up");
        router.Ip($"link set dev {name} arp off up");
        foreach (var space in (ScratchNamespace[])[router, ends])
            space.Exec($"ethtool -K {name} tso off gso off gro off tx off rx off");
    }

    // The kernel tells its interfaces of a carrier after a while; until then frames are lost, and ports may be down.
    private void Settle()
    {
        var found = new List<PortFrame>();
        var limit = Stopwatch.StartNew();
        for (var isThrough = false; !isThrough;)
        {
            if (limit.Elapsed > Limit)
                throw new TimeoutException("The router on veths forwards nothing.");
            now += 100_000_000;
            farEnds[TwinNetwork.Uplink].Send(Sentinel.Frame);
            var round = Stopwatch.StartNew();
            while (!isThrough && round.Elapsed < TimeSpan.FromMilliseconds(100))
            {
                worker.RunOnce(now);
                isThrough = Collect(found);
            }
        }

        // Those that were late.
        for (var quiet = Stopwatch.StartNew(); quiet.Elapsed < TimeSpan.FromMilliseconds(100);)
        {
            worker.RunOnce(now);
            Collect(found);
        }
    }

    private long Taken() => worker.Engine.Counters.Received.Entered + ports.Sum(port => DropReasons.All.Sum(reason => port.Counters.ReceiveDropsOf(reason)));

    private void RunUntil(Func<bool> isDone, string otherwise)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            worker.RunOnce(now);
            if (isDone())
                return;
            if (limit.Elapsed > Limit)
                throw new TimeoutException($"The router on veths {otherwise}.");
        }
    }

    // True once the sentinel has come; it is behind all else.
    private bool Collect(List<PortFrame> found)
    {
        var isOver = false;
        for (var port = 0; port < farEnds.Length; port++)
        {
            while (farEnds[port].Receive() is { IsEmpty: false } frame)
            {
                if (port == TwinNetwork.Workload && Sentinel.Is(frame))
                    isOver = true;
                else
                    found.Add(new PortFrame(port, frame.ToArray()));
            }
        }

        return isOver;
    }
}
