using System.Buffers.Binary;
using System.Text;

namespace VRouter.Io.Ports.Pcap;

/// <summary>Writes pcapng: one section, interfaces with names and nanosecond timestamps, enhanced packet blocks with comments.</summary>
public sealed class PcapNgWriter : CaptureWriter
{
    private const int EnhancedPacketHeader = 28; // block header 8, fixed part 20
    private const byte Nanoseconds = 9;
    private int interfaceCount;

    /// <summary>Writes the section header; the stream is owned from now on.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="application">What the file says wrote it.</param>
    public PcapNgWriter(Stream stream, string application = "vRouter")
        : base(stream)
    {
        const int fixedEnd = 24;
        var options = OptionSize(Encoding.UTF8.GetByteCount(application)) + 4;
        var block = Begin(PcapNgBlock.SectionHeader, fixedEnd + options + 4);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], PcapNgBlock.ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1); // section length not given
        WriteOption(block, fixedEnd, PcapNgBlock.SectionApplication, application);
        Append(block);
    }

    /// <inheritdoc/>
    public override int AddInterface(string name, string description = "")
    {
        const int fixedEnd = 16;
        var nameSize = OptionSize(Encoding.UTF8.GetByteCount(name));
        var descriptionSize = description.Length == 0 ? 0 : OptionSize(Encoding.UTF8.GetByteCount(description));
        var resolutionSize = OptionSize(1);
        var block = Begin(PcapNgBlock.InterfaceDescription, fixedEnd + nameSize + descriptionSize + resolutionSize + 4 + 4);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], CaptureReader.EthernetLinkType);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], CaptureReader.MaximumFrameLength);
        var at = WriteOption(block, fixedEnd, PcapNgBlock.InterfaceName, name);
        if (descriptionSize > 0)
            at = WriteOption(block, at, PcapNgBlock.InterfaceDescriptionText, description);
        BinaryPrimitives.WriteUInt16LittleEndian(block[at..], PcapNgBlock.TimestampResolution);
        BinaryPrimitives.WriteUInt16LittleEndian(block[(at + 2)..], 1);
        block[at + 4] = Nanoseconds;
        Append(block);
        return interfaceCount++;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No such interface was added, the time is before 1970, or the comment exceeds 65,535 bytes.</exception>
    public override void Write(int interfaceIndex, long timestamp, ReadOnlySpan<byte> frame, ReadOnlySpan<char> comment = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceIndex, interfaceCount);
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp);
        var commentLength = Encoding.UTF8.GetByteCount(comment);
        var padded = PcapNgBlock.Align(frame.Length);
        var options = commentLength == 0 ? 0 : OptionSize(commentLength) + 4;
        var block = Begin(PcapNgBlock.EnhancedPacket, EnhancedPacketHeader + padded + options + 4);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((ulong)timestamp >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], frame.Length);
        frame.CopyTo(block[EnhancedPacketHeader..]);
        if (commentLength > 0)
            WriteOption(block, EnhancedPacketHeader + padded, PcapNgBlock.Comment, comment);
        Append(block);
    }

    private static int OptionSize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        return 4 + PcapNgBlock.Align(length);
    }

    private static int WriteOption(Span<byte> block, int at, ushort code, ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetBytes(text, block[(at + 4)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(block[at..], code);
        BinaryPrimitives.WriteUInt16LittleEndian(block[(at + 2)..], (ushort)length);
        return at + OptionSize(length);
    }

    /// <summary>A zeroed block with its type and both lengths; zero bytes behind the options are the option "end of options".</summary>
    private Span<byte> Begin(uint type, int length)
    {
        var block = Reserve(length);
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], length);
        return block;
    }
}
