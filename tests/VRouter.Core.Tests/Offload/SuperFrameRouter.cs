using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tables;
using VRouter.Core.Tests.Fused;
using VRouter.Core.Wire;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Offload;

/// <summary>An engine at the crossroads that is given super-frames, whole or cut before, and notes the frames as they would be on the wire.</summary>
internal sealed class SuperFrameRouter : IFrameTransmitter, IDisposable
{
    private const long Now = 1_000_000_000;
    private readonly FramePool pool = new(256, 2048, largeCount: 4);
    private readonly ForwardingEngine engine;
    private readonly (long Forwarded, long Originated) before;

    public SuperFrameRouter(bool fused = true, ForwardingTables? tables = null)
    {
        engine = new ForwardingEngine(pool, this, new EngineOptions { FusedPath = fused, FirstIdentification = 0xfff0 })
        {
            Tables = tables ?? new CrossroadsNode().Build(strictVxlan: false),
        };
        // The router asks for its next hops before it listens to them.
        foreach (var destination in new[] { "8.8.8.8", "172.16.6.77", "192.168.1.5", "192.168.8.5", "192.168.0.12" })
            Process(CrossroadsNode.LaxPod, Ethernet("3a:1d:1e:91:f5:9e", "ee:ee:ee:ee:ee:ee", IPv4("192.168.0.11", destination, 6, new byte[20])));
        foreach (var (port, address) in CrossroadsNode.Answering)
            Process(port, [CrossroadsTraffic.ArpReply(port, address)]);
        engine.Tick(Now);
        Sent.Clear();
        before = (Counters.Received.Forwarded, Counters.Originated.Entered);
    }

    /// <summary>Received frames that were forwarded, and frames that the router made, since it began.</summary>
    public (long Forwarded, long Originated) Counted => (Counters.Received.Forwarded - before.Forwarded, Counters.Originated.Entered - before.Originated);

    /// <summary>Port and bytes of each frame, super-frames cut.</summary>
    public List<(int Port, string Bytes)> Sent { get; } = [];

    /// <summary>How many frames the engine gave to ports as super-frames.</summary>
    public int SentWhole { get; private set; }

    public GraphCounters Counters => engine.Counters;

    public FramePool Pool => pool;

    public void Process(int port, params byte[][] frames)
    {
        var vector = new FrameVector();
        foreach (var bytes in frames)
            vector.Add(Rent(bytes));
        engine.Process(port, vector, Now);
    }

    public void ProcessWhole(int port, byte[] bytes, in SegmentationRequest request)
    {
        var frame = Rent(bytes);
        Assert.True(SegmentationPlan.TryCreate(frame.Bytes, request, out var plan));
        Assert.True(plan.IsExact(frame.Bytes));
        SuperFrames.Mark(frame, plan, request.Kind, request.SegmentSize);
        var vector = new FrameVector();
        vector.Add(frame);
        engine.Process(port, vector, Now);
    }

    public void ProcessCut(int port, byte[] bytes, in SegmentationRequest request) => Process(port, [.. Cut(bytes, request)]);

    public static List<byte[]> Cut(byte[] bytes, in SegmentationRequest request)
    {
        Assert.True(SegmentationPlan.TryCreate(bytes, request, out var plan));
        List<byte[]> frames = [];
        for (var i = 0; i < plan.Count; i++)
        {
            frames.Add(new byte[plan.LengthOf(i)]);
            plan.Write(i, bytes, frames[i]);
        }

        return frames;
    }

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            var frame = vector[i];
            vector.Verdicts[i] = Verdict.Transmit;
            if (!SuperFrames.Is(frame))
            {
                Sent.Add((port, Convert.ToHexString(frame.Bytes)));
                continue;
            }

            SentWhole++;
            Assert.True(SuperFrames.TryPlan(frame, EthernetHeader.Size, out var plan));
            Assert.True(plan.IsExact(frame.Bytes));
            Assert.Equal(plan.MaximumLength, SuperFrames.LongestOf(frame));
            for (var segment = 0; segment < plan.Count; segment++)
            {
                var bytes = new byte[plan.LengthOf(segment)];
                plan.Write(segment, frame.Bytes, bytes);
                Sent.Add((port, Convert.ToHexString(bytes)));
            }
        }
    }

    public void Dispose()
    {
        engine.Flush(Now);
        Assert.Equal(0, pool.Outstanding);
        foreach (var counters in new[] { Counters.Received, Counters.Originated })
            Assert.Equal(counters.Entered, counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped + counters.Held);
        pool.Dispose();
    }

    private Frame Rent(byte[] bytes)
    {
        Frame frame;
        Assert.True(bytes.Length <= pool.FrameCapacity ? pool.TryRent(out frame) : pool.TryRentLarge(out frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        return frame;
    }
}
