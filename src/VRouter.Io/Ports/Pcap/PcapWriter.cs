using System.Buffers.Binary;

namespace VRouter.Io.Ports.Pcap;

/// <summary>Writes pcap with nanoseconds. It holds neither interface names nor comments.</summary>
public sealed class PcapWriter : CaptureWriter
{
    private const int HeaderSize = 24;
    private const int RecordHeaderSize = 16;

    /// <summary>Writes the file header; the stream is owned from now on.</summary>
    public PcapWriter(Stream stream)
        : base(stream)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b23c4d);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], CaptureReader.MaximumFrameLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], CaptureReader.EthernetLinkType);
        Append(header);
    }

    /// <inheritdoc/>
    public override int AddInterface(string name, string description = "") => 0;

    /// <inheritdoc/>
    public override void Write(int interfaceIndex, long timestamp, ReadOnlySpan<byte> frame, ReadOnlySpan<char> comment = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp);
        var record = Reserve(RecordHeaderSize + frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(timestamp / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(timestamp % 1_000_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], frame.Length);
        frame.CopyTo(record[RecordHeaderSize..]);
        Append(record);
    }
}
