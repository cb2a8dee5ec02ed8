using System.Buffers.Binary;

namespace VRouter.Io.Ports.Pcap;

/// <summary>Reads pcap files (draft-ietf-opsawg-pcap): microseconds or nanoseconds, either byte order.</summary>
internal sealed class PcapReader : CaptureReader
{
    private const uint MicrosecondMagic = 0xa1b2c3d4;
    private const uint NanosecondMagic = 0xa1b23c4d;
    private const int FileHeaderSize = 24;
    private const int RecordHeaderSize = 16;
    private const uint FrameCheckSequencePresent = 0x0400_0000;

    private readonly long nanosecondsPerUnit;

    public PcapReader(CaptureInput input, ReadOnlySpan<byte> magic)
        : base(input)
    {
        var little = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        var big = BinaryPrimitives.ReadUInt32BigEndian(magic);
        if (little is not (MicrosecondMagic or NanosecondMagic) && big is not (MicrosecondMagic or NanosecondMagic))
            throw input.Fault(0, $"no capture: it begins with {big:x8}, which is the magic number of neither pcap nor pcapng");
        input.IsBigEndian = big is MicrosecondMagic or NanosecondMagic;
        nanosecondsPerUnit = little == NanosecondMagic || big == NanosecondMagic ? 1 : 1000;

        var header = input.Read(FileHeaderSize - 4, "the file header");
        var major = input.UInt16(header);
        var minor = input.UInt16(header[2..]);
        if (major != 2)
            throw input.Fault(4, $"pcap version {major}.{minor} is unknown; 2.4 is read");
        var snapLength = input.UInt32(header[12..]);
        var network = input.UInt32(header[16..]);
        if ((ushort)network != EthernetLinkType)
            throw input.Fault(20, $"the link type is {(ushort)network}; only Ethernet ({EthernetLinkType}) is read");
        if ((network & FrameCheckSequencePresent) != 0)
            throw input.Fault(20, "the frames carry a frame check sequence; only captures without one are read");
        Interfaces = [new CaptureInterface("", "", (int)Math.Min(snapLength, int.MaxValue))];
    }

    public override IReadOnlyList<CaptureInterface> Interfaces { get; }

    public override bool TryRead(out CapturedFrame frame)
    {
        Input.ThrowIfFaulty();
        frame = default;
        var start = Input.Offset;
        Span<byte> header = stackalloc byte[RecordHeaderSize];
        if (!Input.TryFill(header, "a record header"))
            return false;
        var seconds = Input.UInt32(header);
        var fraction = Input.UInt32(header[4..]);
        var length = Input.UInt32(header[8..]);
        var originalLength = Input.UInt32(header[12..]);
        if (length > MaximumFrameLength)
            throw Input.Fault(start, $"a record of {length} bytes; no frame is longer than {MaximumFrameLength}");
        var bytes = Input.Read((int)length, "a frame");
        var timestamp = (seconds * 1_000_000_000L) + (fraction * nanosecondsPerUnit);
        frame = new CapturedFrame(0, timestamp, (int)Math.Min(originalLength, int.MaxValue), bytes, default);
        return true;
    }
}
