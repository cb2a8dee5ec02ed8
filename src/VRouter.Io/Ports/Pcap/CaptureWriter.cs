namespace VRouter.Io.Ports.Pcap;

/// <summary>
/// Writes Ethernet frames to a capture file with nanosecond timestamps, little-endian. One thread at a time. Writing allocates nothing once its buffer has
/// grown to the longest frame. A failure of the file system throws its <see cref="IOException"/>.
/// </summary>
public abstract class CaptureWriter : IDisposable
{
    private readonly Stream stream;
    private byte[] buffer = new byte[4096];

    private protected CaptureWriter(Stream stream) => this.stream = stream;

    /// <summary>Creates (or overwrites) a file and writes its header: pcap if the name ends in ".pcap", else pcapng.</summary>
    /// <exception cref="CaptureException">The file cannot be created.</exception>
    public static CaptureWriter Create(string path)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
            return path.EndsWith(".pcap", StringComparison.OrdinalIgnoreCase) ? new PcapWriter(stream) : new PcapNgWriter(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureException(path, 0, $"cannot be created: {e.Message}", e);
        }
    }

    /// <summary>Declares an interface and returns its number for <see cref="Write"/>. A pcap file does not keep the name, and has number 0 for all.</summary>
    public abstract int AddInterface(string name, string description = "");

    /// <summary>Appends a frame.</summary>
    /// <param name="interfaceIndex">What <see cref="AddInterface"/> returned.</param>
    /// <param name="timestamp">Nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="frame">The bytes from the Ethernet header on.</param>
    /// <param name="comment">An annotation; pcapng only, a pcap file does not keep it.</param>
    public abstract void Write(int interfaceIndex, long timestamp, ReadOnlySpan<byte> frame, ReadOnlySpan<char> comment = default);

    /// <summary>Hands what was written to the system, so that other programs can read it.</summary>
    public void Flush() => stream.Flush();

    /// <summary>Flushes and closes.</summary>
    public void Dispose()
    {
        stream.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A buffer for one record, whose bytes are undefined.</summary>
    private protected Span<byte> Reserve(int length)
    {
        if (buffer.Length < length)
            buffer = new byte[Math.Max(length, 2 * buffer.Length)];
        return buffer.AsSpan(0, length);
    }

    private protected void Append(ReadOnlySpan<byte> record) => stream.Write(record);
}
