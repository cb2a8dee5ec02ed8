using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Recording;

/// <summary>
/// A port with the whims of real ones: hands over super-frames and traced frames, refuses some of what it is given, keeps some of it for a while, and frames of other offsets in their slots.
/// </summary>
internal sealed class ScriptedPort(int index, int worker, FramePool home, Random random, Action<string> sent) : IPort
{
    private readonly List<Frame> kept = [];
    private uint traced;

    /// <summary>Frames that wait to be received.</summary>
    public Queue<(byte[] Bytes, SegmentationRequest? Request)> Incoming { get; } = new();

    public string Name => DemoTraffic.NameOf(index);

    public string Driver => "memory";

    public int Mtu => 1500;

    public MacAddress Mac => DemoTraffic.RouterMac(index);

    public int Descriptor => -1;

    public PortCounters Counters { get; } = new();

    public PortState State => PortState.Up;

    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        if (random.Next(4) == 0)
            ReturnKept();
        var before = vector.Count;
        while (vector.Room > 0 && Incoming.TryPeek(out var next) && TryRent(pool, next.Bytes.Length, out var frame))
        {
            Incoming.Dequeue();
            next.Bytes.CopyTo(frame.Reset(pool, next.Bytes.Length));
            ref var metadata = ref frame.Metadata;
            metadata.ReceivedAt = now;
            if (next.Request is { } request && SegmentationPlan.TryCreate(frame.Bytes, request, out var plan))
                SuperFrames.Mark(frame, plan, request.Kind, request.SegmentSize);
            else if (random.Next(5) == 0)
                frame.Place(pool, metadata.Offset + 64, next.Bytes.Length);
            if (metadata.Flags == FrameFlags.None && metadata.Offset != Frame.MetadataSize + Frame.Headroom)
                next.Bytes.CopyTo(frame.Bytes);
            if (random.Next(6) == 0)
                metadata.TraceId = ((uint)worker << 24) | ((uint)index << 20) | ++traced;
            Counters.ReceivedFrames++;
            vector.Add(frame);
        }

        return vector.Count - before;
    }

    public bool TakesSuperFrame(Frame frame) => random.Next(2) == 0;

    public void Transmit(FrameVector vector)
    {
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var fate = random.Next(30);
            verdicts[i] = fate == 0 ? Verdict.Drop(DropReason.TxRingFull) : fate == 1 ? Verdict.Drop(DropReason.PortDown) : fate < 5 ? Verdict.Hold : Verdict.Transmit;
            if (fate >= 2)
                sent($"{worker} {index} {Convert.ToHexString(vector[i].Bytes)}");
            if (verdicts[i] == Verdict.Hold)
                kept.Add(vector[i]);
        }
    }

    public void Dispose() => ReturnKept();

    private static bool TryRent(FramePool pool, int length, out Frame frame)
    {
        return length <= pool.FrameCapacity ? pool.TryRent(out frame) : pool.TryRentLarge(out frame);
    }

    private void ReturnKept()
    {
        foreach (var frame in kept)
            home.Return(frame);
        kept.Clear();
    }
}
