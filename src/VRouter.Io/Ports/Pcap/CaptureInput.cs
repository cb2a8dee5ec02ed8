using System.Buffers.Binary;

namespace VRouter.Io.Ports.Pcap;

/// <summary>A capture's bytes: knows the offset, the byte order, and how to name a fault.</summary>
internal sealed class CaptureInput(Stream stream, string name) : IDisposable
{
    private byte[] buffer = new byte[4096];
    private CaptureException? fault;

    /// <summary>True if the current section's numbers are big-endian.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>The offset of the next byte.</summary>
    public long Offset { get; private set; }

    /// <summary>Makes the exception for a fault and remembers it: all later reads give it again.</summary>
    public CaptureException Fault(long offset, string problem, Exception? cause = null) =>
        fault = new CaptureException(name, offset, problem, cause);

    /// <summary>Throws the fault that an earlier call met.</summary>
    public void ThrowIfFaulty()
    {
        if (fault is not null)
            throw fault;
    }

    /// <summary>Fills the span. False if the file ends right here; a fault if it ends within.</summary>
    /// <param name="bytes">What to fill.</param>
    /// <param name="what">What the bytes are, for the message.</param>
    public bool TryFill(Span<byte> bytes, string what)
    {
        var start = Offset;
        var count = Take(bytes);
        if (count == bytes.Length)
            return true;
        if (count == 0)
            return false;
        throw Fault(start, $"the file ends within {what}: {count} of {bytes.Length} bytes are there");
    }

    /// <summary>Reads bytes that must be there; the span is valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(int count, string what)
    {
        var start = Offset;
        var filled = 0;
        while (filled < count)
        {
            // A length is only what the file claims: the buffer grows no faster than the bytes come.
            if (filled == buffer.Length)
                Array.Resize(ref buffer, Math.Min(count, 2 * buffer.Length));
            var part = buffer.AsSpan(filled, Math.Min(count, buffer.Length) - filled);
            var taken = Take(part);
            filled += taken;
            if (taken < part.Length)
                throw Fault(start, $"the file ends within {what}: {filled} of {count} bytes are there");
        }

        return buffer.AsSpan(0, count);
    }

    /// <summary>Passes over bytes that must be there.</summary>
    public void Skip(long count, string what)
    {
        while (count > 0)
        {
            var step = (int)Math.Min(count, buffer.Length);
            Read(step, what);
            count -= step;
        }
    }

    private int Take(Span<byte> bytes)
    {
        try
        {
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            Offset += count;
            return count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException)
        {
            throw Fault(Offset, $"cannot be read: {e.Message}", e);
        }
    }

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public long Int64(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    public void Dispose() => stream.Dispose();
}
