using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports;

namespace VRouter.Io.Tests.Offload;

public class OffloadIntakeTests
{
    private static readonly VlanTag Tag = new(EtherType.Vlan, 0x6064);

    private static List<byte[]> Take(FramePool pool, FrameVector vector)
    {
        List<byte[]> frames = [];
        foreach (var frame in vector.Frames)
        {
            frames.Add(frame.Bytes.ToArray());
            pool.Return(frame);
        }

        vector.Clear();
        return frames;
    }

    private static DropReason DropOf(PortCounters counters) => DropReasons.All.SingleOrDefault(r => counters.ReceiveDropsOf(r) > 0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryAdd_TagInTheMetadata_IsPutBackIntoEveryFrame(bool isSuperFrame)
    {
        using var pool = new FramePool(64);
        var vector = new FrameVector();
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(isSuperFrame ? 4000 : 1000, TcpFlags.Ack)));
        var header = SuperFrame.Header(isSuperFrame ? VirtioNetHeader.GsoTcp4 : VirtioNetHeader.GsoNone, 1448, 34, 16);

        Assert.True(new OffloadIntake(new PortCounters()).TryAdd(pool, vector, bytes, header, Tag, now: 9));

        Assert.All(vector.Frames.ToArray(), f => Assert.Equal(9, f.Metadata.ReceivedAt));
        var frames = Take(pool, vector);
        Assert.Equal(isSuperFrame ? 3 : 1, frames.Count);
        Assert.All(frames, f => Assert.Equal(Convert.ToHexString(bytes.AsSpan(0, 12)) + "810060640800", Convert.ToHexString(f.AsSpan(0, 18))));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(18))));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void TryAdd_PoolOrVectorRunsOut_GoesOnWithTheNextCall()
    {
        using var pool = new FramePool(5);
        var vector = new FrameVector();
        var counters = new PortCounters();
        var intake = new OffloadIntake(counters);
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(12 * 1448, TcpFlags.Ack)));
        var header = SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16);
        List<byte[]> frames = [];

        for (var call = 1; call <= 3; call++)
        {
            Assert.Equal(call == 3, intake.TryAdd(pool, vector, bytes, header, default, now: 0));
            frames.AddRange(Take(pool, vector));
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(i => unchecked(0xffff_fff0 + (uint)(i * 1448))), frames.Select(f => TcpHeader.At(f.AsSpan(34)).SequenceNumber));
        Assert.Equal(12, counters.ReceivedFrames);
    }

    [Fact]
    public void TryAdd_NoRoomForAPlainFrame_AsksForItAgain()
    {
        using var pool = new FramePool(1);
        var vector = new FrameVector();
        var intake = new OffloadIntake(new PortCounters());
        Assert.True(intake.TryAdd(pool, vector, new byte[60], default, default, 0));
        Assert.False(intake.TryAdd(pool, vector, new byte[60], default, default, 0));
        Take(pool, vector);
        Assert.True(intake.TryAdd(pool, vector, new byte[60], default, default, 0));
        Take(pool, vector);
        Assert.Equal(0, pool.Outstanding);
    }

    public static TheoryData<string, int, VirtioNetHeader, VlanTag, DropReason> Drops => new()
    {
        { "shorter than its addresses", 11, default, Tag, DropReason.EthernetTruncated },
        { "too long", 257, default, default, DropReason.RxTooLong },
        { "too long with its tag", 253, default, Tag, DropReason.RxTooLong },
        { "checksum beyond the end", 60, SuperFrame.Header(VirtioNetHeader.GsoNone, 0, 58, 1), default, DropReason.RxOffloadInvalid },
        { "no super-frame", 60, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 100, 34, 16), default, DropReason.RxOffloadInvalid },
    };

    [Theory]
    [MemberData(nameof(Drops))]
    public void TryAdd_WhatCannotBeFinished_IsDroppedAndCounted(string what, int length, VirtioNetHeader header, VlanTag tag, DropReason reason)
    {
        _ = what;
        using var pool = new FramePool(4, frameCapacity: 256);
        var vector = new FrameVector();
        var counters = new PortCounters();

        Assert.True(new OffloadIntake(counters).TryAdd(pool, vector, new byte[length], header, tag, 0));

        Assert.Equal((reason, 0, 0), (DropOf(counters), vector.Count, pool.Outstanding));
    }

    [Fact]
    public void TryAdd_SegmentsLongerThanABuffer_AreDropped()
    {
        using var pool = new FramePool(4, frameCapacity: 1000);
        var vector = new FrameVector();
        var counters = new PortCounters();
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(4000, TcpFlags.Ack)));

        Assert.True(new OffloadIntake(counters).TryAdd(pool, vector, bytes, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16), default, 0));

        Assert.Equal((DropReason.RxTooLong, 0), (DropOf(counters), vector.Count));
    }
}
