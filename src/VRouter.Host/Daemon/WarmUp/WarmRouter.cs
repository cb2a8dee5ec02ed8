using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>
/// A worker of the daemon's own kind with <see cref="WarmNode"/>'s tables, on ports in memory and a clock of its own: nothing that it does or counts is seen by
/// any other. What it runs is compiled.
/// </summary>
internal sealed class WarmRouter : IDisposable
{
    private const int Frames = 256;
    private const int QueueLength = 32;
    private const int QueuedFrame = 2048;
    private const long Millisecond = 1_000_000;
    private const long Second = 1000 * Millisecond;

    // Three requests, one a second, and as long again until the address may be asked for anew.
    private const int SecondsUntilGivenUp = 5;

    // More than a neighbor is believed without being heard.
    private const long Silence = 40 * Second;

    private readonly WarmTraffic traffic = new();
    private readonly FrameVector vector = new();
    private readonly FrameQueue[] incoming = [.. Enumerable.Range(0, 3).Select(_ => new FrameQueue(QueueLength, QueuedFrame))];
    private readonly FrameQueue[] outgoing = [.. Enumerable.Range(0, 3).Select(_ => new FrameQueue(QueueLength, QueuedFrame))];
    private long now = Second;

    /// <summary>Makes the worker and gives it its ports and tables.</summary>
    public WarmRouter()
    {
        Worker = new Worker(new FramePool(Frames, largeCount: 1), new EngineOptions());
        for (var port = 0; port < incoming.Length; port++)
            Worker.AttachPort(port, new MemoryPort($"warm-up-{port}", WarmNode.NodeMac, WarmNode.Mtu, incoming[port], outgoing[port]));
        Worker.Publish(WarmNode.Tables());
        Pass();
    }

    /// <summary>The worker, for tests.</summary>
    public Worker Worker { get; }

    /// <summary>Sends one of each: next hops are asked for, answer or do not, and everything that the router can do with a frame happens once.</summary>
    /// <param name="isOver">True ends it early.</param>
    public void RunAll(Func<bool> isOver)
    {
        SendEach(traffic.Unresolved, isOver);
        SendEach(traffic.Resolving, isOver);
        SendEach(traffic.Usual, isOver);
        SendEach(traffic.Odd, isOver);
        SendSuperFrames(isOver);
        for (var second = 0; second < SecondsUntilGivenUp && !isOver(); second++)
        {
            now += Second;
            Pass();
        }

        now += Silence;
        SendEach(traffic.Unresolved, isOver);
        SendEach(traffic.Resolving, isOver);
    }

    /// <summary>Sends the frames that are forwarded as most are, a vector of each at a time.</summary>
    /// <param name="isOver">True ends it early.</param>
    public void RunUsual(Func<bool> isOver)
    {
        foreach (var (port, frame) in traffic.Usual)
        {
            if (isOver())
                return;
            while (incoming[port].TryEnqueue(frame))
            {
            }

            Pass();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Worker.Dispose();

    private void SendEach((int Port, byte[] Frame)[] frames, Func<bool> isOver)
    {
        foreach (var (port, frame) in frames)
        {
            if (isOver())
                return;
            incoming[port].TryEnqueue(frame);
            Pass();
        }
    }

    // Ports in memory have none, so the engine gets them as a port would give them.
    private void SendSuperFrames(Func<bool> isOver)
    {
        var request = new SegmentationRequest(SegmentationKind.UdpDatagrams, WarmTraffic.SegmentSize, EthernetHeader.Size, SegmentationRequest.FirstTransport);
        foreach (var (port, bytes) in traffic.SuperFrames)
        {
            if (isOver() || !Worker.Pool.TryRentLarge(out var frame))
                return;
            bytes.CopyTo(frame.Reset(Worker.Pool, bytes.Length));
            if (!SegmentationPlan.TryCreate(frame.Bytes, request, out var plan))
                throw new InvalidOperationException("The warm-up's super-frame is malformed.");
            SuperFrames.Mark(frame, plan, request.Kind, request.SegmentSize);
            vector.Add(frame);
            Worker.Engine.Process(port, vector, now);
            Pass();
        }
    }

    private void Pass()
    {
        now += Millisecond;
        Worker.RunOnce(now);
        foreach (var queue in outgoing)
        {
            while (queue.TryPeek(out _))
                queue.Remove();
        }
    }
}
