using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports;

namespace VRouter.Io.Tests.Offload;

public sealed class SegmentingTransmitterTests : IDisposable
{
    private readonly FramePool pool = new(300, largeCount: 4);
    private readonly FrameVector vector = new();

    public void Dispose()
    {
        Assert.Equal(0, pool.Outstanding);
        pool.Dispose();
    }

    private void AddPlain(byte mark) => vector.Add(Rented([mark, .. new byte[99]]));

    private Frame Rented(byte[] bytes)
    {
        Assert.True(pool.TryRent(out var frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        return frame;
    }

    private void AddSuperFrame(int payload)
    {
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(payload, TcpFlags.Ack)));
        Assert.True(new OffloadIntake(new PortCounters()).TryAdd(pool, vector, bytes, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16), default, 0));
        Assert.NotEqual(FrameFlags.None, vector[vector.Count - 1].Metadata.Flags);
    }

    private Verdict[] Send(IPort port)
    {
        new SegmentingTransmitter(pool).Transmit(port, vector);
        var verdicts = vector.Verdicts.ToArray();
        foreach (var frame in vector.Frames)
            pool.Return(frame);
        vector.Clear();
        return verdicts;
    }

    private static MemoryPort Port(FrameQueue outgoing) =>
        new("m", MacAddress.WorkloadGateway, 1500, MemoryPort.CreateQueue(1500, 2), outgoing);

    [Fact]
    public void Transmit_PortWithoutOffloads_GetsSegmentsInTheirPlace()
    {
        var queue = MemoryPort.CreateQueue(1500);
        using var port = Port(queue);
        AddPlain(1);
        AddSuperFrame(4000);
        AddPlain(2);
        AddSuperFrame(1448 * 45);
        for (byte mark = 3; mark < 250; mark++)
            AddPlain(mark);

        Assert.All(Send(port), verdict => Assert.Equal(Verdict.Transmit, verdict));

        List<byte[]> frames = [];
        while (queue.TryDequeue(out var frame))
            frames.Add(frame);
        Assert.Equal(249 + 3 + 45, frames.Count);
        Assert.Equal(1, frames[0][0]);
        Assert.All(frames[1..4].Concat(frames[5..50]), f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(14))));
        Assert.Equal(2, frames[4][0]);
        Assert.Equal(3, frames[50][0]);
        Assert.Equal(frames.Count, port.Counters.TransmittedFrames);
    }

    [Fact]
    public void Transmit_SomeSegmentsRefused_DropsTheSuperFrameAndCountsEachSegment()
    {
        using var port = Port(MemoryPort.CreateQueue(1500, 2));
        AddSuperFrame(4000);

        Assert.Equal([Verdict.Drop(DropReason.TxRingFull)], Send(port));
        Assert.Equal((2, 1), (port.Counters.TransmittedFrames, port.Counters.TransmitDropsOf(DropReason.TxRingFull)));
    }

    [Fact]
    public void Transmit_PoolRunsOut_DropsForWantOfBuffers()
    {
        using var port = Port(MemoryPort.CreateQueue(1500));
        AddSuperFrame(1448 * 10);
        List<Frame> rented = [];
        while (pool.Available > 4 && pool.TryRent(out var frame))
            rented.Add(frame);

        Assert.Equal([Verdict.Drop(DropReason.NoBuffer)], Send(port));

        Assert.Equal((4, 6), (port.Counters.TransmittedFrames, port.Counters.TransmitDropsOf(DropReason.NoBuffer)));
        rented.ForEach(pool.Return);
    }
}
