using System.Buffers.Binary;
using VRouter.Core.Frames;
using VRouter.Core.Offload;

namespace VRouter.Host.Recording;

/// <summary>What a port says of a frame beside its bytes, where that is not what it says of most.</summary>
/// <param name="Index">The frame's place in its vector.</param>
/// <param name="IsLarge">It lies in a large slot.</param>
/// <param name="Offset">Where its bytes begin in the slot.</param>
/// <param name="Flags">As received.</param>
/// <param name="Segmentation">Of a super-frame.</param>
/// <param name="SegmentSize">Of a super-frame.</param>
/// <param name="TransportStart">Of a super-frame.</param>
/// <param name="PayloadStart">Of a super-frame.</param>
/// <param name="TraceId">Non-zero if it was traced.</param>
/// <param name="ReceivedAt">When a port received it.</param>
internal readonly record struct FrameRemark(
    int Index,
    bool IsLarge,
    int Offset,
    FrameFlags Flags,
    SegmentationKind Segmentation,
    ushort SegmentSize,
    ushort TransportStart,
    ushort PayloadStart,
    uint TraceId,
    long ReceivedAt)
{
    /// <summary>Bytes of an entry, its operation included.</summary>
    public const int Size = 26;

    /// <summary>True if a frame needs a remark.</summary>
    /// <param name="metadata">The frame's.</param>
    /// <param name="offset">Where the bytes of the vector's first frame begin.</param>
    /// <param name="isLarge">It lies in a large slot.</param>
    /// <param name="now">The time of the pass.</param>
    public static bool IsDue(in FrameMetadata metadata, int offset, bool isLarge, long now) =>
        ((int)metadata.Flags | (int)metadata.TraceId | (metadata.Offset ^ offset)) != 0 || isLarge || metadata.ReceivedAt != now;

    /// <summary>What is to be said of a frame.</summary>
    public static FrameRemark Of(int index, in FrameMetadata metadata, bool isLarge) => new(
        index,
        isLarge,
        metadata.Offset,
        metadata.Flags,
        metadata.Segmentation,
        metadata.SegmentSize,
        metadata.TransportStart,
        metadata.PayloadStart,
        metadata.TraceId,
        metadata.ReceivedAt);

    /// <summary>Reads an entry behind its operation.</summary>
    public static FrameRemark Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(entry),
        entry[2] != 0,
        BinaryPrimitives.ReadUInt16LittleEndian(entry[3..]),
        (FrameFlags)entry[5],
        (SegmentationKind)entry[6],
        BinaryPrimitives.ReadUInt16LittleEndian(entry[7..]),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[9..]),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[11..]),
        BinaryPrimitives.ReadUInt32LittleEndian(entry[13..]),
        BinaryPrimitives.ReadInt64LittleEndian(entry[17..]));

    /// <summary>Writes the entry, its operation first.</summary>
    public void Write(Span<byte> entry)
    {
        entry[0] = (byte)PassOperation.Remark;
        entry = entry[1..];
        BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)Index);
        entry[2] = (byte)(IsLarge ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[3..], (ushort)Offset);
        entry[5] = (byte)Flags;
        entry[6] = (byte)Segmentation;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[7..], SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[9..], TransportStart);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[11..], PayloadStart);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[13..], TraceId);
        BinaryPrimitives.WriteInt64LittleEndian(entry[17..], ReceivedAt);
    }

    /// <summary>Says the same of a frame that holds the bytes again.</summary>
    public void ApplyTo(ref FrameMetadata metadata)
    {
        metadata.Flags = Flags;
        metadata.Segmentation = Segmentation;
        metadata.SegmentSize = SegmentSize;
        metadata.TransportStart = TransportStart;
        metadata.PayloadStart = PayloadStart;
        metadata.TraceId = TraceId;
        metadata.ReceivedAt = ReceivedAt;
    }
}
