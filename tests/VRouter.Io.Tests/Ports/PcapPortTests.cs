using VRouter.Core.Graph;
using VRouter.Io.Ports;
using VRouter.Io.Ports.Pcap;
using VRouter.Io.Tests.Ports.Pcap;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

public class PcapPortTests
{
    private static readonly byte[][] Frames = [.. Enumerable.Range(1, 3).Select(n => Enumerable.Repeat((byte)n, 60 + n).ToArray())];

    private static CaptureReader Input(params int[] milliseconds)
    {
        var builder = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4);
        for (var i = 0; i < milliseconds.Length; i++)
            builder.Record(100, (uint)milliseconds[i] * 1000, Frames[i]);
        return CaptureReader.Open(new MemoryStream(builder.ToArray()), "in.pcap");
    }

    [Fact]
    public void Receive_Immediate_GivesAllFramesAndThenIsExhausted()
    {
        using var harness = new PortHarness();
        using var port = new PcapPort("p", default, 1500, Input(1, 2, 3), null);

        Assert.False(port.IsExhausted);
        Assert.Equal(Frames, harness.Receive(port));
        Assert.Empty(harness.Receive(port));
        Assert.True(port.IsExhausted);
        Assert.True(port.State.IsUp);
        Assert.Equal(3, port.Counters.ReceivedFrames);
    }

    [Fact]
    public void Receive_OriginalPacing_FollowsTheTimestamps()
    {
        using var harness = new PortHarness();
        const long start = 55_000_000_000;
        const long millisecond = 1_000_000;
        using var port = new PcapPort("p", default, 1500, Input(0, 10, 30), null, pacing: PcapPacing.Original);

        Assert.Equal([Frames[0]], harness.Receive(port, start));
        Assert.Empty(harness.Receive(port, start + (10 * millisecond) - 1));
        Assert.Equal([Frames[1]], harness.Receive(port, start + (10 * millisecond)));
        Assert.Equal([Frames[2]], harness.Receive(port, start + (50 * millisecond)));
    }

    [Fact]
    public void Dispose_FrameWaitsForItsTime_GoesBackToThePool()
    {
        using var harness = new PortHarness();
        var port = new PcapPort("p", default, 1500, Input(0, 10), null, pacing: PcapPacing.Original);
        harness.Receive(port);
        Assert.Equal(1, harness.Pool.Outstanding);

        port.Dispose();
    }

    [Fact]
    public void Receive_OneInterfaceOfSeveral_SkipsTheOthers()
    {
        using var harness = new PortHarness();
        var file = new CaptureBuilder(false).Section().Interface("a").Interface("b").Enhanced(0, 0, Frames[0]).Enhanced(1, 0, Frames[1]).Enhanced(0, 0, Frames[2]);
        using var port = new PcapPort("p", default, 1500, CaptureReader.Open(new MemoryStream(file.ToArray()), "x"), null, inputInterface: "b");

        Assert.Equal([Frames[1]], harness.Receive(port));
    }

    [Fact]
    public void Receive_FaultyFile_TakesThePortDownWithTheFault()
    {
        using var harness = new PortHarness();
        var file = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).Record(0, 0, Frames[0]).U32(1, 2).ToArray();
        using var port = new PcapPort("p", default, 1500, CaptureReader.Open(new MemoryStream(file), "in.pcap"), null);

        Assert.Equal([Frames[0]], harness.Receive(port));
        Assert.Empty(harness.Receive(port));
        Assert.True(port.IsExhausted);
        Assert.Equal("in.pcap: byte 101: the file ends within a record header: 8 of 16 bytes are there", port.State.Reason);
        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, Frames[0]));
    }

    [Fact]
    public void Receive_CutOrTooLongFrames_AreDroppedWithTheirReason()
    {
        using var harness = new PortHarness(frameCapacity: 64);
        var file = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).U32(0, 0, 2, 60).U8(1, 2).Record(0, 0, new byte[65]).Record(0, 0, Frames[0]);
        using var port = new PcapPort("p", default, 1500, CaptureReader.Open(new MemoryStream(file.ToArray()), "in.pcap"), null);

        Assert.Equal([Frames[0]], harness.Receive(port));
        Assert.Equal(1, port.Counters.ReceiveDropsOf(DropReason.RxTruncated));
        Assert.Equal(1, port.Counters.ReceiveDropsOf(DropReason.RxTooLong));
    }

    [Fact]
    public void Transmit_SharedOutput_KeepsPortsApartAndTellsTime()
    {
        using var harness = new PortHarness();
        using var file = new TemporaryFile(".pcapng");
        using (var writer = CaptureWriter.Create(file.Path))
        {
            using var first = new PcapPort("first", default, 1500, null, writer, clockToUnix: 1000);
            using var second = new PcapPort("second", default, 1500, null, writer);
            harness.Receive(second, now: 7);
            harness.Receive(first, now: 8);
            Assert.Equal([Verdict.Transmit], harness.Send(second, Frames[0]));
            harness.Send(first, Frames[1]);
            Assert.Equal(1, first.Counters.TransmittedFrames);
        }

        Assert.Equal(
            [
                new ReadFrame("second", 7, 61, Convert.ToHexString(Frames[0]), ""),
                new ReadFrame("first", 1008, 62, Convert.ToHexString(Frames[1]), ""),
            ],
            ReadFrame.All(file.Path));
    }

    [Fact]
    public void ReceiveAndTransmit_SteadyState_AllocateNothing()
    {
        using var harness = new PortHarness();
        var builder = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4);
        for (var i = 0; i < 140_000; i++)
            builder.Record(1, 2, Frames[0]);
        using var port = new PcapPort("p", default, 1500, CaptureReader.Open(new MemoryStream(builder.ToArray()), "x"), new PcapNgWriter(Stream.Null));

        Allocation.AssertNone(() =>
        {
            harness.ReceiveAndFree(port);
            harness.SendCopies(port, Frames[0], 10);
        });
        Assert.False(port.IsExhausted);
    }
}
