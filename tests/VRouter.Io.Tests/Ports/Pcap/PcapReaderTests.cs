using VRouter.Io.Ports.Pcap;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports.Pcap;

public class PcapReaderTests
{
    private static readonly byte[] First = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    private static readonly byte[] Second = [0xff];

    [Theory]
    [InlineData(0xa1b2c3d4, false, 7_000_000_123_000)]
    [InlineData(0xa1b2c3d4, true, 7_000_000_123_000)]
    [InlineData(0xa1b23c4d, false, 7_000_000_000_123)]
    [InlineData(0xa1b23c4d, true, 7_000_000_000_123)]
    public void TryRead_EachMagicAndByteOrder_GivesFramesAndTimes(uint magic, bool bigEndian, long expectedTime)
    {
        var file = new CaptureBuilder(bigEndian).PcapHeader(magic).Record(7000, 123, First).Record(7001, 0, Second).Record(7002, 0, []).ToArray();

        Assert.Equal(
            [
                new ReadFrame("", expectedTime, 15, Convert.ToHexString(First), ""),
                new ReadFrame("", 7_001_000_000_000, 1, "FF", ""),
                new ReadFrame("", 7_002_000_000_000, 0, "", ""),
            ],
            ReadFrame.All(file));
    }

    [Fact]
    public void TryRead_EveryTruncation_NamesFileAndOffset()
    {
        var file = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).Record(1, 2, First).Record(3, 4, Second).ToArray();
        int[] wholeAt = [24, 24 + 16 + 15, file.Length];
        for (var length = 0; length <= file.Length; length++)
        {
            var truncated = file[..length];
            if (wholeAt.Contains(length))
            {
                Assert.Equal(Array.IndexOf(wholeAt, length), ReadFrame.All(truncated).Count);
                continue;
            }

            var exception = Assert.Throws<CaptureException>(() => ReadFrame.All(truncated));
            Assert.StartsWith($"test: byte {exception.Offset}: ", exception.Message);
            Assert.InRange(exception.Offset, 0, length);
        }
    }

    [Fact]
    public void TryRead_AfterAFault_GivesTheSameFault()
    {
        var file = new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).Record(1, 2, First).ToArray()[..^1];
        using var reader = CaptureReader.Open(new MemoryStream(file), "cut.pcap");

        var first = Assert.Throws<CaptureException>(() => reader.TryRead(out _));
        var second = Assert.Throws<CaptureException>(() => reader.TryRead(out _));

        Assert.Equal("cut.pcap: byte 40: the file ends within a frame: 14 of 15 bytes are there", first.Message);
        Assert.Equal(first.Message, second.Message);
    }

    public static TheoryData<string, byte[], string> Faults => new()
    {
        { "empty", [], "test: byte 0: the file is empty" },
        { "text", "hello, this is no capture"u8.ToArray(), "test: byte 0: no capture: it begins with 68656c6c" },
        { "version", new CaptureBuilder(false).U32(0xa1b2c3d4).U16(3, 0).U32(0, 0, 0, 1).ToArray(), "test: byte 4: pcap version 3.0 is unknown" },
        { "link type", new CaptureBuilder(true).PcapHeader(0xa1b2c3d4, linkType: 113).ToArray(), "test: byte 20: the link type is 113" },
        { "fcs", new CaptureBuilder(false).PcapHeader(0xa1b2c3d4, linkType: 0x2400_0001).ToArray(), "test: byte 20: the frames carry a frame check" },
        { "length", new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).U32(0, 0, 262_145, 60).ToArray(), "test: byte 24: a record of 262145 bytes" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Open_FaultyFile_SaysWhat(string what, byte[] file, string message)
    {
        _ = what;
        var exception = Assert.Throws<CaptureException>(() => ReadFrame.All(file));
        Assert.StartsWith(message, exception.Message);
    }

    [Fact]
    public void Open_MissingFileOrDirectory_IsACaptureException()
    {
        Assert.StartsWith("/nonexistent/a.pcap: byte 0: cannot be opened", Assert.Throws<CaptureException>(() => CaptureReader.Open("/nonexistent/a.pcap")).Message);
        Assert.Throws<CaptureException>(() => CaptureReader.Open("/"));
        Assert.Throws<CaptureException>(() => CaptureReader.Open(""));
        Assert.Throws<CaptureException>(() => CaptureWriter.Create("/nonexistent/a.pcap"));
    }

    [SkippableFact]
    public void TryRead_FilesOfScapyAndEditcap_GivesTheirFrames()
    {
        Requires.Tool("scapy");
        Requires.Tool("editcap");
        using var pcap = new TemporaryFile(".pcap");
        Scapy.Run($"wrpcap('{pcap.Path}', [Ether()/('x'*n) for n in range(1, 200)])");
        var expected = Enumerable.Range(1, 199).Select(n => 14 + n);
        Assert.Equal(expected, ReadFrame.All(pcap.Path).Select(f => f.OriginalLength));

        var frames = ReadFrame.All(pcap.Path).Select(f => (f.Timestamp, f.Hex)).ToList();
        foreach (var format in new[] { "pcap", "nsecpcap", "pcapng" })
        {
            using var converted = new TemporaryFile("." + format);
            Shell.Run($"editcap -F {format} {pcap.Path} {converted.Path}");
            Assert.Equal(frames, ReadFrame.All(converted.Path).Select(f => (f.Timestamp, f.Hex)));
        }
    }
}
