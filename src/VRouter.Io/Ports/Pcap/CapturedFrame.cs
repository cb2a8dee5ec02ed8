using System.Text;

namespace VRouter.Io.Ports.Pcap;

/// <summary>A frame read from a capture file; a view that is valid until the reader's next call.</summary>
public readonly ref struct CapturedFrame
{
    private readonly ReadOnlySpan<byte> comment;

    internal CapturedFrame(int interfaceIndex, long timestamp, int originalLength, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> comment)
    {
        Interface = interfaceIndex;
        Timestamp = timestamp;
        OriginalLength = originalLength;
        Bytes = bytes;
        this.comment = comment;
    }

    /// <summary>Index into <see cref="CaptureReader.Interfaces"/>.</summary>
    public int Interface { get; }

    /// <summary>Nanoseconds since 1970-01-01 UTC; 0 where the file holds no time (simple packet blocks).</summary>
    public long Timestamp { get; }

    /// <summary>Bytes that the frame had on the wire; more than <see cref="Bytes"/> holds if the capture cut it off.</summary>
    public int OriginalLength { get; }

    /// <summary>The frame, from its Ethernet header.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The first comment on the frame, or an empty text.</summary>
    public string Comment => Encoding.UTF8.GetString(comment);
}
