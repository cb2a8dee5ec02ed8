using VRouter.Core.Graph;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;

namespace VRouter.Differential.Tests.Network;

/// <summary>Our router: the daemon's worker and table compiler, ports in memory. Everything is decided by the frames that it gets.</summary>
internal sealed class RouterSide : IDisposable
{
    private const long TimePerFrame = 1_000_000;
    private const int QueueLength = 256;

    /// <summary>Where its clock begins.</summary>
    public const long Start = 1_000_000_000;

    private readonly Worker worker;
    private readonly MemoryPort[] ports;
    private readonly FrameQueue[] incoming;
    private readonly FrameQueue[] outgoing;
    private readonly long[] drops = new long[DropReasons.Count];
    private long now = Start;

    /// <summary>Makes the router.</summary>
    /// <param name="fused">Frames may take the fused path.</param>
    /// <param name="strictVxlan">Reserved bits of VXLAN headers are refused, as Linux does.</param>
    /// <param name="universalTimeOffset">From its clock to nanoseconds since 1970-01-01 UT.</param>
    public RouterSide(bool fused, bool strictVxlan, long universalTimeOffset = 0)
    {
        worker = TwinWorker.Make(fused, universalTimeOffset);
        var all = TwinNetwork.PortNames.Length;
        (ports, incoming, outgoing) = (new MemoryPort[all], new FrameQueue[all], new FrameQueue[all]);
        for (var i = 0; i < all; i++)
        {
            var mtu = TwinNetwork.Mtus[i];
            (incoming[i], outgoing[i]) = (MemoryPort.CreateQueue(mtu, QueueLength), MemoryPort.CreateQueue(mtu, QueueLength));
            ports[i] = new MemoryPort(TwinNetwork.PortNames[i], TwinNetwork.RouterMac(i), mtu, incoming[i], outgoing[i]);
        }

        TwinWorker.Start(worker, ports, strictVxlan, now);
        TakeDrops();
    }

    /// <summary>Puts frames in, one after the other, and returns what came out of any port, and why something did not.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="at">The time, nanoseconds of its clock; null: each frame comes a millisecond after the one before.</param>
    public RouterOutput Run(IReadOnlyList<PortFrame> frames, long? at = null)
    {
        var sent = new List<PortFrame>();
        foreach (var frame in frames)
        {
            now = at is { } time ? Math.Max(now + 1, time) : now + TimePerFrame;
            // As an interface does: what is longer than its MTU and a tag is not received.
            if (frame.Frame.Length <= incoming[frame.Port].MaximumLength && !incoming[frame.Port].TryEnqueue(frame.Frame))
                throw new InvalidOperationException("The queue of a router that takes every frame is full.");
            worker.RunOnce(now);
            for (var port = 0; port < outgoing.Length; port++)
            {
                while (outgoing[port].TryDequeue(out var out1))
                    sent.Add(new PortFrame(port, out1));
            }
        }

        var output = new RouterOutput(sent, TakeDrops());
        // Fragments that wait for others are not the next case's.
        worker.Engine.Flush(now);
        TakeDrops();
        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        worker.Dispose();
    }

    private List<DropReason> TakeDrops() => TwinWorker.TakeDrops(worker, ports, drops);
}
