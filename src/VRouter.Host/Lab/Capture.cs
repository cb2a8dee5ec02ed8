using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Lab;

/// <summary>
/// What one interface sent and received while a <see cref="CaptureSession"/> ran. Frames that packet sockets send past the kernel's queues
/// are not seen by captures on the sending interface, so a router's output is captured at the other end of its wire.
/// </summary>
internal sealed class Capture : IDisposable
{
    private readonly Lock guard = new();
    private readonly List<WireFrame> frames = [];
    private readonly long capacity;
    private CaptureWriter? file;
    private long keptBytes;

    /// <summary>Names the place of the capture.</summary>
    /// <param name="name">A name for people and files, such as "busybox-1".</param>
    /// <param name="space">The network namespace.</param>
    /// <param name="port">The interface in it.</param>
    /// <param name="path">A capture file that every frame is written to as it comes; none unless given.</param>
    /// <param name="capacity">How many bytes of frames are kept in memory; what comes later goes to the file only.</param>
    /// <exception cref="CaptureException">The file cannot be created.</exception>
    public Capture(string name, string space, string port, string? path = null, long capacity = 16 << 20)
    {
        Name = name;
        Namespace = space;
        Interface = port;
        this.capacity = capacity;
        file = path is null ? null : CaptureWriter.Create(path);
        file?.AddInterface(port, name);
    }

    /// <summary>The name for people and files.</summary>
    public string Name { get; }

    /// <summary>The network namespace.</summary>
    public string Namespace { get; }

    /// <summary>The interface.</summary>
    public string Interface { get; }

    /// <summary>Frames that were seen but not kept in memory, for want of capacity.</summary>
    public long NotKept { get; private set; }

    /// <summary>Frames that the kernel could not hand over, for want of room in the socket; known when the session has ended.</summary>
    public long Lost { get; internal set; }

    /// <summary>Why the file was given up, or null.</summary>
    public string? FileError { get; private set; }

    /// <summary>The kept frames so far, in the order in which they came.</summary>
    public IReadOnlyList<WireFrame> Frames
    {
        get
        {
            lock (guard)
                return [.. frames];
        }
    }

    /// <summary>Closes the file; what is kept in memory stays.</summary>
    public void Dispose() => file?.Dispose();

    /// <summary>Writes a frame to the file, and keeps it or counts it.</summary>
    internal void Add(WireFrame frame)
    {
        lock (guard)
        {
            WriteToFile(frame);
            if (keptBytes + frame.Data.Length > capacity)
            {
                NotKept++;
                return;
            }

            keptBytes += frame.Data.Length;
            frames.Add(frame);
        }
    }

    private void WriteToFile(WireFrame frame)
    {
        try
        {
            file?.Write(0, frame.Timestamp, frame.Data);
        }
        catch (IOException e)
        {
            FileError = e.Message;
            file = null;
        }
    }
}
