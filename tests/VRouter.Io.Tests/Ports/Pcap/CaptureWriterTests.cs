using VRouter.Io.Ports.Pcap;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports.Pcap;

public class CaptureWriterTests
{
    private const long Time = 1_700_000_000_123_456_789;

    private static byte[] FrameOf(int length) => [.. Enumerable.Range(0, length).Select(i => i < 12 ? (byte)2 : i == 12 ? (byte)0x88 : i == 13 ? (byte)0xb5 : (byte)i)];

    [Fact]
    public void Write_PcapNg_IsReadBackWithNamesTimesAndComments()
    {
        using var file = new TemporaryFile(".pcapng");
        using (var writer = CaptureWriter.Create(file.Path))
        {
            var first = writer.AddInterface("walker-1:eth0", "the uplink");
            var second = writer.AddInterface("ü");
            for (var length = 14; length < 40; length++)
                writer.Write(length % 2 == 0 ? first : second, Time + length, FrameOf(length), length % 3 == 0 ? $"frame of {length} bytes" : "");
            writer.Write(second, Time, FrameOf(9000));
        }

        using var reader = CaptureReader.Open(file.Path);
        var frames = new List<ReadFrame>();
        while (reader.TryRead(out var frame))
            frames.Add(ReadFrame.From(reader, frame));
        Assert.Equal(
            Enumerable.Range(14, 26)
                .Select(n => new ReadFrame(n % 2 == 0 ? "walker-1:eth0" : "ü", Time + n, n, Convert.ToHexString(FrameOf(n)), n % 3 == 0 ? $"frame of {n} bytes" : ""))
                .Append(new ReadFrame("ü", Time, 9000, Convert.ToHexString(FrameOf(9000)), "")),
            frames);
        Assert.Equal("the uplink", reader.Interfaces[0].Description);
    }

    [SkippableFact]
    public void Write_PcapNg_IsReadByTsharkAndCapinfos()
    {
        Requires.Tool("tshark");
        Requires.Tool("capinfos");
        using var file = new TemporaryFile(".pcapng");
        using (var writer = CaptureWriter.Create(file.Path))
        {
            writer.AddInterface("first");
            var index = writer.AddInterface("second", "of two");
            writer.Write(index, Time, FrameOf(60), "dropped: no-route");
            writer.Write(0, Time + 1, FrameOf(61));
        }

        var lines = Shell.Run("tshark", "-r", file.Path, "-T", "fields", "-E", "separator=|", "-e", "frame.interface_name", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.comment");
        Assert.Equal("second|1700000000.123456789|60|dropped: no-route\nfirst|1700000000.123456790|61|\n", lines);
        var information = Shell.Run("capinfos", file.Path);
        Assert.Contains("Number of packets:   2", information);
        Assert.Contains("Number of interfaces in file: 2", information);
        Assert.Contains("nanoseconds", information);
        Assert.DoesNotContain("isn't a capture file", information);
    }

    [SkippableFact]
    public void Write_Pcap_IsReadByTsharkTcpdumpAndScapy()
    {
        Requires.Tool("tshark");
        Requires.Tool("tcpdump");
        using var file = new TemporaryFile(".pcap");
        using (var writer = CaptureWriter.Create(file.Path))
        {
            for (var length = 60; length < 70; length++)
                writer.Write(writer.AddInterface("ignored"), Time + length, FrameOf(length), "ignored");
        }

        Assert.Equal(10, Shell.Run("tshark", "-r", file.Path, "-T", "fields", "-e", "frame.len").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var described = Shell.Run("tcpdump", "-nn", "-r", file.Path).Split('\n').Where(line => line.Length > 0 && line[0] != '\t'); // without the hex dump
        Assert.Equal(10, described.Count());
        var hex = Scapy.Run($"print(' '.join(bytes(p).hex() for p in rdpcap('{file.Path}')))").Trim().Split(' ');
        Assert.Equal(Enumerable.Range(60, 10).Select(n => Convert.ToHexStringLower(FrameOf(n))), hex);
        Assert.Equal(Enumerable.Range(60, 10).Select(n => Time + n), ReadFrame.All(file.Path).Select(f => f.Timestamp));
    }

    [Fact]
    public void Write_SteadyState_AllocatesNothing()
    {
        using var writer = new PcapNgWriter(Stream.Null);
        var index = writer.AddInterface("e");
        var frame = FrameOf(1500);

        Allocation.AssertNone(() => writer.Write(index, Time, frame, "a comment"));
    }

    [Fact]
    public void Write_UnknownInterface_IsRefused()
    {
        using var writer = new PcapNgWriter(Stream.Null);

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(0, Time, [1]));
    }
}
