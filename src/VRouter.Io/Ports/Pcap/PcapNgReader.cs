using System.Buffers.Binary;
using System.Text;

namespace VRouter.Io.Ports.Pcap;

/// <summary>
/// Reads pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces with their time units, enhanced, simple and obsolete
/// packet blocks. Other blocks are passed over. The interfaces of all sections are counted on.
/// </summary>
internal sealed class PcapNgReader : CaptureReader
{
    private const int MaximumBlockLength = 16 << 20;
    private const int EnhancedPacketHeader = 20;

    private readonly List<CaptureInterface> interfaces = [];
    private readonly List<PcapNgTimestamp> timestamps = [];
    private int sectionFirstInterface;

    /// <summary>Continues behind the block type of the section header, which has been read.</summary>
    public PcapNgReader(CaptureInput input)
        : base(input) => ReadSectionHeader(0);

    public override IReadOnlyList<CaptureInterface> Interfaces => interfaces;

    public static bool IsMagic(ReadOnlySpan<byte> magic) => BinaryPrimitives.ReadUInt32LittleEndian(magic) == PcapNgBlock.SectionHeader;

    public override bool TryRead(out CapturedFrame frame)
    {
        Input.ThrowIfFaulty();
        Span<byte> typeBytes = stackalloc byte[4];
        while (true)
        {
            var start = Input.Offset;
            if (!Input.TryFill(typeBytes, "a block type"))
            {
                frame = default;
                return false;
            }

            var type = Input.UInt32(typeBytes);
            if (type == PcapNgBlock.SectionHeader)
            {
                ReadSectionHeader(start);
                continue;
            }

            var bodyLength = ReadLength(start, Input.UInt32(Input.Read(4, "a block length"))) - PcapNgBlock.Overhead;
            if (type is not (PcapNgBlock.InterfaceDescription or PcapNgBlock.EnhancedPacket or PcapNgBlock.SimplePacket or PcapNgBlock.ObsoletePacket))
            {
                Input.Skip(bodyLength, "a block");
                CheckTrailer(start, bodyLength, Input.Read(4, "a block's trailing length"));
                continue;
            }

            if (bodyLength > MaximumBlockLength)
                throw Input.Fault(start, $"a block of {bodyLength} bytes; none of type {type} is longer than {MaximumBlockLength}");
            var block = Input.Read((int)bodyLength + 4, "a block");
            var body = block[..(int)bodyLength];
            CheckTrailer(start, bodyLength, block[(int)bodyLength..]);
            switch (type)
            {
                case PcapNgBlock.InterfaceDescription:
                    ReadInterface(start, body);
                    break;
                case PcapNgBlock.SimplePacket:
                    frame = ReadSimplePacket(start, body);
                    return true;
                default:
                    frame = ReadPacket(start, body, isObsolete: type == PcapNgBlock.ObsoletePacket);
                    return true;
            }
        }
    }

    private long ReadLength(long start, uint length)
    {
        if (length < PcapNgBlock.Overhead || length % 4 != 0)
            throw Input.Fault(start, $"a block length of {length}; it must be a multiple of 4 and at least {PcapNgBlock.Overhead}");
        return length;
    }

    private void CheckTrailer(long start, long bodyLength, ReadOnlySpan<byte> trailer)
    {
        var length = Input.UInt32(trailer);
        if (length != bodyLength + PcapNgBlock.Overhead)
            throw Input.Fault(start, $"the block's trailing length {length} differs from its leading length {bodyLength + PcapNgBlock.Overhead}");
    }

    private void ReadSectionHeader(long start)
    {
        Span<byte> lengthAndMagic = stackalloc byte[8];
        Input.Read(8, "a section header").CopyTo(lengthAndMagic);
        Input.IsBigEndian = BinaryPrimitives.ReadUInt32BigEndian(lengthAndMagic[4..]) == PcapNgBlock.ByteOrderMagic;
        if (Input.UInt32(lengthAndMagic[4..]) != PcapNgBlock.ByteOrderMagic)
            throw Input.Fault(start, "the section header has no byte-order magic");
        var bodyLength = ReadLength(start, Input.UInt32(lengthAndMagic)) - PcapNgBlock.Overhead;
        const int fixedPart = 16; // byte-order magic, version, section length
        if (bodyLength < fixedPart)
            throw Input.Fault(start, "the section header is too short");
        var version = Input.Read(12, "a section header");
        var major = Input.UInt16(version);
        if (major != 1)
            throw Input.Fault(start, $"pcapng version {major}.{Input.UInt16(version[2..])} is unknown; 1.0 is read");
        Input.Skip(bodyLength - fixedPart, "a section header");
        CheckTrailer(start, bodyLength, Input.Read(4, "a section header"));
        sectionFirstInterface = interfaces.Count;
    }

    private void ReadInterface(long start, ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
            throw Input.Fault(start, "an interface description block is too short");
        var name = "";
        var description = "";
        var timestamp = PcapNgTimestamp.Default;
        var options = new PcapNgOptions(Input, start, body[8..]);
        while (options.Next())
        {
            switch (options.Code)
            {
                case PcapNgBlock.InterfaceName:
                    name = Encoding.UTF8.GetString(options.Value);
                    break;
                case PcapNgBlock.InterfaceDescriptionText:
                    description = Encoding.UTF8.GetString(options.Value);
                    break;
                case PcapNgBlock.TimestampResolution when options.Value.Length >= 1:
                    timestamp = timestamp with { Resolution = options.Value[0] };
                    break;
                case PcapNgBlock.TimestampOffset when options.Value.Length >= 8:
                    timestamp = timestamp with { OffsetSeconds = Input.Int64(options.Value) };
                    break;
                case PcapNgBlock.FrameCheckSequenceLength when options.Value.Length >= 1 && options.Value[0] != 0:
                    throw Input.Fault(start, "the frames carry a frame check sequence; only captures without one are read");
            }
        }

        var linkType = Input.UInt16(body);
        if (linkType != EthernetLinkType)
            throw Input.Fault(start, $"interface {interfaces.Count} '{name}' has link type {linkType}; only Ethernet ({EthernetLinkType}) is read");
        interfaces.Add(new CaptureInterface(name, description, (int)Math.Min(Input.UInt32(body[4..]), int.MaxValue)));
        timestamps.Add(timestamp);
    }

    /// <summary>An enhanced packet block, or its forerunner, whose first word holds the interface in 16 bits.</summary>
    private CapturedFrame ReadPacket(long start, ReadOnlySpan<byte> body, bool isObsolete)
    {
        if (body.Length < EnhancedPacketHeader)
            throw Input.Fault(start, "a packet block is too short");
        var index = InterfaceOf(start, isObsolete ? Input.UInt16(body) : Input.UInt32(body));
        var units = ((ulong)Input.UInt32(body[4..]) << 32) | Input.UInt32(body[8..]);
        var length = Input.UInt32(body[12..]);
        var originalLength = Input.UInt32(body[16..]);
        var rest = body[EnhancedPacketHeader..];
        CheckFrameLength(start, length, rest.Length);
        ReadOnlySpan<byte> comment = default;
        var options = new PcapNgOptions(Input, start, rest[Math.Min(rest.Length, PcapNgBlock.Align((int)length))..]);
        while (options.Next())
        {
            if (options.Code == PcapNgBlock.Comment && comment.IsEmpty)
                comment = options.Value;
        }

        var timestamp = timestamps[index].ToNanoseconds(units);
        return new CapturedFrame(index, timestamp, (int)Math.Min(originalLength, int.MaxValue), rest[..(int)length], comment);
    }

    /// <summary>A simple packet block: of the section's first interface, without a time; cut off at the interface's snap length.</summary>
    private CapturedFrame ReadSimplePacket(long start, ReadOnlySpan<byte> body)
    {
        if (body.Length < 4)
            throw Input.Fault(start, "a simple packet block is too short");
        var index = InterfaceOf(start, 0);
        var originalLength = Input.UInt32(body);
        var snapLength = (uint)interfaces[index].SnapLength;
        var length = snapLength == 0 ? originalLength : Math.Min(snapLength, originalLength);
        CheckFrameLength(start, length, body.Length - 4);
        return new CapturedFrame(index, 0, (int)Math.Min(originalLength, int.MaxValue), body.Slice(4, (int)length), default);
    }

    private int InterfaceOf(long start, uint number)
    {
        if (number >= (uint)(interfaces.Count - sectionFirstInterface))
            throw Input.Fault(start, $"a packet of interface {number}, which its section does not describe");
        return sectionFirstInterface + (int)number;
    }

    private void CheckFrameLength(long start, uint length, int available)
    {
        if (length > MaximumFrameLength)
            throw Input.Fault(start, $"a frame of {length} bytes; none is longer than {MaximumFrameLength}");
        if (length > available)
            throw Input.Fault(start, $"a frame claims {length} bytes of {available}");
    }
}
