using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

public class MemoryPortTests
{
    private static (MemoryPort A, MemoryPort B) Wire() => MemoryPort.CreateWire("a", new MacAddress(1), "b", new MacAddress(2));

    private static byte[] FrameOf(int length, byte fill = 7) => [.. Enumerable.Repeat(fill, length)];

    [Fact]
    public void Transmit_Frames_ArriveAtTheOtherEndInOrder()
    {
        using var harness = new PortHarness();
        var (a, b) = Wire();

        Assert.Equal([Verdict.Transmit, Verdict.Transmit], harness.Send(a, FrameOf(60, 1), FrameOf(1514, 2)));
        harness.Send(b, FrameOf(61, 3));

        Assert.Equal([FrameOf(60, 1), FrameOf(1514, 2)], harness.Receive(b, now: 5));
        Assert.Equal([FrameOf(61, 3)], harness.Receive(a));
        Assert.Empty(harness.Receive(a));
        Assert.Equal((2, 1574), (a.Counters.TransmittedFrames, a.Counters.TransmittedBytes));
        Assert.Equal((2, 1574), (b.Counters.ReceivedFrames, b.Counters.ReceivedBytes));
        Assert.True(a.State.IsUp);
    }

    [Fact]
    public void Transmit_QueueFullOrFrameTooLong_IsDroppedWithItsReason()
    {
        using var harness = new PortHarness(frameCapacity: 4096);
        var queue = MemoryPort.CreateQueue(1500, capacity: 2);
        var port = new MemoryPort("a", default, 1500, queue, queue);

        var verdicts = harness.Send(port, FrameOf(60), FrameOf(1519), FrameOf(60), FrameOf(60));

        Assert.Equal([Verdict.Transmit, Verdict.Drop(DropReason.TxTooLong), Verdict.Transmit, Verdict.Drop(DropReason.TxRingFull)], verdicts);
        Assert.Equal(1, port.Counters.TransmitDropsOf(DropReason.TxTooLong));
        Assert.Equal(1, port.Counters.TransmitDropsOf(DropReason.TxRingFull));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void Receive_PoolEmptyOrVectorFull_LeavesFramesWaiting()
    {
        using var harness = new PortHarness(frames: 300);
        using var small = new PortHarness(frames: 3);
        var (a, b) = Wire();
        harness.SendCopies(a, FrameOf(60), 250);
        harness.SendCopies(a, FrameOf(60), 50);

        Assert.Equal(3, small.Receive(b).Count);
        Assert.Equal(FrameVector.MaxCount, harness.Receive(b).Count);
        Assert.Equal(41, harness.Receive(b).Count);
    }

    [Fact]
    public void Receive_FrameLongerThanABuffer_IsDropped()
    {
        using var big = new PortHarness(frameCapacity: 4096);
        using var small = new PortHarness(frameCapacity: 256);
        var (a, b) = Wire();
        big.Send(a, FrameOf(257), FrameOf(256));

        Assert.Equal([FrameOf(256)], small.Receive(b));
        Assert.Equal(1, b.Counters.ReceiveDropsOf(DropReason.RxTooLong));
        Assert.Equal(1, b.Counters.ReceivedFrames);
    }

    [Fact]
    public void Unplugged_Port_NeitherSendsNorReceives()
    {
        using var harness = new PortHarness();
        var (a, b) = Wire();
        harness.Send(a, FrameOf(60));
        b.IsPluggedIn = false;

        Assert.Empty(harness.Receive(b));
        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(b, FrameOf(60)));
        Assert.Equal(PortState.Down("the wire is unplugged"), b.State);
        b.IsPluggedIn = true;
        Assert.Single(harness.Receive(b));
    }

    [Fact]
    public void ReceiveAndTransmit_SteadyState_AllocateNothing()
    {
        using var harness = new PortHarness();
        var (a, b) = Wire();
        var frame = FrameOf(60);
        Allocation.AssertNone(() =>
        {
            harness.SendCopies(a, frame, 100);
            harness.ReceiveAndFree(b);
        });
    }

    [Fact]
    public async Task FrameQueue_ProducerAndConsumerThreads_KeepOrderAndContent()
    {
        const int count = 200_000;
        var queue = new FrameQueue(64, 8);
        var producer = Task.Run(() =>
        {
            for (var i = 0; i < count; i++)
            {
                while (!queue.TryEnqueue(BitConverter.GetBytes((long)i).AsSpan(0, 4 + (i % 5))))
                    Thread.Yield();
            }
        });
        for (var i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> frame;
            while (!queue.TryPeek(out frame))
                Thread.Yield();
            if (frame.Length != 4 + (i % 5) || BitConverter.ToInt32(frame) != i)
                Assert.Fail($"Frame {i} is {Convert.ToHexString(frame)}.");
            queue.Remove();
        }

        await producer;
        Assert.Equal(0, queue.Count);
    }
}
