namespace VRouter.Host.Lab;

/// <summary>
/// What one interface sent and received while a <see cref="CaptureSession"/> ran. Frames that packet sockets send past the kernel's queues
/// are not seen by captures on the sending interface, so a router's output is captured at the other end of its wire.
/// </summary>
internal sealed class Capture
{
    private readonly Lock guard = new();
    private readonly List<CapturedFrame> frames = [];
    private readonly long capacity;
    private long keptBytes;

    /// <summary>Names the place of the capture.</summary>
    /// <param name="name">A name for people and files, such as "busybox-1".</param>
    /// <param name="space">The network namespace.</param>
    /// <param name="port">The interface in it.</param>
    /// <param name="capacity">How many bytes of frames are kept; what comes later is only counted.</param>
    public Capture(string name, string space, string port, long capacity = 16 << 20)
    {
        Name = name;
        Namespace = space;
        Interface = port;
        this.capacity = capacity;
    }

    /// <summary>The name for people and files.</summary>
    public string Name { get; }

    /// <summary>The network namespace.</summary>
    public string Namespace { get; }

    /// <summary>The interface.</summary>
    public string Interface { get; }

    /// <summary>Frames that were seen but not kept, for want of capacity.</summary>
    public long NotKept { get; private set; }

    /// <summary>Frames that the kernel could not hand over, for want of room in the socket; known when the session has ended.</summary>
    public long Lost { get; internal set; }

    /// <summary>The kept frames so far, in the order in which they came.</summary>
    public IReadOnlyList<CapturedFrame> Frames
    {
        get
        {
            lock (guard)
                return [.. frames];
        }
    }

    /// <summary>Keeps a frame, or counts it.</summary>
    internal void Add(CapturedFrame frame)
    {
        lock (guard)
        {
            if (keptBytes + frame.Data.Length > capacity)
            {
                NotKept++;
                return;
            }

            keptBytes += frame.Data.Length;
            frames.Add(frame);
        }
    }
}
