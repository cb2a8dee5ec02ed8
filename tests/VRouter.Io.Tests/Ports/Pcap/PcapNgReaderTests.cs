using VRouter.Io.Ports.Pcap;

namespace VRouter.Io.Tests.Ports.Pcap;

public class PcapNgReaderTests
{
    private static readonly byte[] Frame = [1, 2, 3, 4, 5];

    private static CaptureBuilder Rich(bool bigEndian) => new CaptureBuilder(bigEndian)
        .Section()
        .Interface("eth0")
        .Block(0x80000bad, b => b.U32(1, 2, 3))
        .Interface("eth1", resolution: 9, snapLength: 4)
        .Enhanced(1, 1_700_000_000_123_456_789, Frame, "lost its way")
        .Enhanced(0, 1_700_000_000_123_456, Frame)
        .Block(3, b => b.U32(5).U8(Frame))
        .Block(2, b => b.U16(1, 0).U32(0, 77, 5, 9).U8(Frame));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRead_EachKindOfPacketBlock_GivesFrames(bool bigEndian)
    {
        Assert.Equal(
            [
                new ReadFrame("eth1", 1_700_000_000_123_456_789, 5, "0102030405", "lost its way"),
                new ReadFrame("eth0", 1_700_000_000_123_456_000, 5, "0102030405", ""),
                new ReadFrame("eth0", 0, 5, "0102030405", ""),
                new ReadFrame("eth1", 77, 9, "0102030405", ""),
            ],
            ReadFrame.All(Rich(bigEndian).ToArray()));
    }

    [Fact]
    public void TryRead_BlockThatClaimsFarMoreThanTheFileHas_TakesNoMemoryForIt()
    {
        using var stream = new MemoryStream();
        new PcapNgWriter(stream).Flush();
        // An enhanced packet of 12 MiB, of which eight bytes are there.
        stream.Write([6, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        var bytes = stream.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = CaptureReader.Open(new MemoryStream(bytes), "f");
        var fault = Assert.Throws<CaptureException>(() => reader.TryRead(out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("the file ends within a block: 8 of 12582904 bytes are there", fault.Message);
    }

    [Fact]
    public void TryRead_SeveralSections_CountsInterfacesOnAndChangesByteOrder()
    {
        byte[] file = [.. Rich(false).ToArray(), .. new CaptureBuilder(true).Section().Interface("other", 3).Enhanced(0, 5, Frame).ToArray()];
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        var frames = new List<ReadFrame>();
        while (reader.TryRead(out var frame))
            frames.Add(ReadFrame.From(reader, frame));

        Assert.Equal(["eth0", "eth1", "other"], reader.Interfaces.Select(i => i.Name));
        Assert.Equal(new ReadFrame("other", 5_000_000, 5, "0102030405", ""), frames[^1]);
    }

    [Fact]
    public void TryRead_SimplePacketBeyondSnapLength_IsCut()
    {
        var file = new CaptureBuilder(false).Section().Interface("e", snapLength: 3).Block(3, b => b.U32(5).U8(1, 2, 3)).ToArray();

        Assert.Equal([new ReadFrame("e", 0, 5, "010203", "")], ReadFrame.All(file));
    }

    [Theory]
    [InlineData(0, 5, 5_000_000_000)]
    [InlineData(6, 5, 5_000)]
    [InlineData(9, 5, 5)]
    [InlineData(12, 5_999, 5)]
    [InlineData(127, 5, 0)]
    [InlineData(0x80, 5, 5_000_000_000)]
    [InlineData(0x80 + 10, 1, 976_562)]
    [InlineData(0xff, ulong.MaxValue, 0)]
    [InlineData(0, ulong.MaxValue, long.MaxValue)]
    public void ToNanoseconds_AnyResolution_IsExactOrHeldAtTheEnds(byte resolution, ulong units, long expected) =>
        Assert.Equal(expected, new PcapNgTimestamp(resolution, 0).ToNanoseconds(units));

    [Fact]
    public void TryRead_TimestampOffset_IsAdded()
    {
        var file = new CaptureBuilder(false).Section()
            .Block(1, b => b.U16(1, 0).U32(0).Option(14, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).U16(0, 0))
            .Enhanced(0, 3_000_000, Frame).ToArray();

        Assert.Equal(2_000_000_000, Assert.Single(ReadFrame.All(file)).Timestamp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRead_EveryTruncation_IsAFaultOrAnEarlierEnd(bool bigEndian)
    {
        var file = Rich(bigEndian).ToArray();
        var whole = ReadFrame.All(file);
        var ends = 0;
        for (var length = 0; length < file.Length; length++)
        {
            using var reader = Try(() => CaptureReader.Open(new MemoryStream(file[..length]), "test"));
            if (reader is null)
                continue;
            var frames = new List<ReadFrame>();
            try
            {
                while (reader.TryRead(out var frame))
                    frames.Add(ReadFrame.From(reader, frame));
                ends++;
            }
            catch (CaptureException e)
            {
                Assert.InRange(e.Offset, 0, length);
            }

            Assert.Equal(whole.Take(frames.Count), frames);
        }

        Assert.Equal(7, ends); // behind each whole block but the last
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryRead_MutatedBytes_ThrowsNothingButCaptureExceptions(int seed)
    {
        var random = new Random(seed);
        byte[][] files =
        [
            Rich(false).ToArray(),
            Rich(true).ToArray(),
            new CaptureBuilder(false).PcapHeader(0xa1b2c3d4).Record(1, 2, Frame).Record(3, 4, Frame).ToArray(),
        ];
        var faults = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var file = files[round % files.Length].ToArray();
            for (var n = random.Next(1, 5); n > 0; n--)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                ReadFrame.All(file);
            }
            catch (CaptureException)
            {
                faults++;
            }
        }

        Assert.InRange(faults, 1000, 29_000);
    }

    public static TheoryData<string, byte[]> Faults => new()
    {
        { "interface 0 'any' has link type 113", new CaptureBuilder(false).Section().Interface("any", linkType: 113).ToArray() },
        { "a packet of interface 1, which", new CaptureBuilder(false).Section().Interface("e").Enhanced(1, 0, Frame).ToArray() },
        { "a packet of interface 0, which", new CaptureBuilder(false).Section().Block(3, b => b.U32(0)).ToArray() },
        { "has no byte-order magic", new CaptureBuilder(false).Block(0x0a0d0d0a, b => b.U32(0x1a2b3c4e).U16(1, 0).U32(0, 0)).ToArray() },
        { "pcapng version 2.0 is unknown", new CaptureBuilder(false).Block(0x0a0d0d0a, b => b.U32(0x1a2b3c4d).U16(2, 0).U32(0, 0)).ToArray() },
        { "trailing length 16 differs", new CaptureBuilder(false).Section().U32(5, 12, 16).ToArray() },
        { "a block length of 13", new CaptureBuilder(false).Section().U32(5, 13, 13).ToArray() },
        { "a block length of 8", new CaptureBuilder(false).Section().U32(5, 8).ToArray() },
        { "claims 99 bytes of 4", new CaptureBuilder(false).Section().Interface("e").Block(6, b => b.U32(0, 0, 0, 99, 99, 0)).ToArray() },
        { "option 1 claims 200 bytes", new CaptureBuilder(false).Section().Interface("e").Block(6, b => b.U32(0, 0, 0, 0, 0).U16(1, 200)).ToArray() },
        { "frame check sequence", new CaptureBuilder(false).Section().Block(1, b => b.U16(1, 0).U32(0).Option(13, [4])).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void TryRead_FaultyBlock_SaysWhat(string message, byte[] file)
    {
        var exception = Assert.Throws<CaptureException>(() => ReadFrame.All(file));
        Assert.Contains(message, exception.Message);
    }

    private static CaptureReader? Try(Func<CaptureReader> open)
    {
        try
        {
            return open();
        }
        catch (CaptureException)
        {
            return null;
        }
    }
}
