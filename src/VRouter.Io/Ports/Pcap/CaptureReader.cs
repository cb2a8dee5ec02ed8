namespace VRouter.Io.Ports.Pcap;

/// <summary>
/// Reads the Ethernet frames of a pcap or pcapng file, in either byte order, one after the other. Every fault of the file, and every failure to read
/// it, is a <see cref="CaptureException"/>.
/// </summary>
public abstract class CaptureReader : IDisposable
{
    /// <summary>The longest frame that is taken for real, as in libpcap.</summary>
    public const int MaximumFrameLength = 262_144;

    /// <summary>LINKTYPE_ETHERNET.</summary>
    internal const int EthernetLinkType = 1;

    private protected CaptureReader(CaptureInput input) => Input = input;

    /// <summary>The interfaces met so far; a pcapng file may declare more between frames.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    private protected CaptureInput Input { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="CaptureException">The file cannot be opened, or is no capture of Ethernet frames.</exception>
    public static CaptureReader Open(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureException(path, 0, $"cannot be opened: {e.Message}", e);
        }

        return Open(stream, path);
    }

    /// <summary>Reads a stream that stands at a capture's first byte; it is owned from now on.</summary>
    /// <exception cref="CaptureException">It is no capture of Ethernet frames.</exception>
    public static CaptureReader Open(Stream stream, string name)
    {
        var input = new CaptureInput(stream, name);
        try
        {
            Span<byte> magic = stackalloc byte[4];
            if (!input.TryFill(magic, "the magic number"))
                throw input.Fault(0, "the file is empty");
            return PcapNgReader.IsMagic(magic) ? new PcapNgReader(input) : new PcapReader(input, magic);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="CaptureException">The file is faulty from here on; every further call gives the same.</exception>
    public abstract bool TryRead(out CapturedFrame frame);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }
}
