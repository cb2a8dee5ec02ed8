namespace VRouter.Io.Ports;

/// <summary>How an AF_XDP port is opened.</summary>
public sealed record AfXdpOptions
{
    /// <summary>Frames that each queue keeps ready to receive into, unless asked otherwise.</summary>
    public const int DefaultReadyFrames = 1024;

    /// <summary>
    /// True: the host's kernel uses the interface too, and the port takes what <see cref="AfXdpPort.SetFilter"/> says. False: everything is the router's.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>Frames that each queue keeps ready to receive into: a power of two. They are rented from the worker's pool.</summary>
    public int ReadyFrames { get; init; } = DefaultReadyFrames;

    /// <summary>After a burst a queue keeps up to so many ready for a while, if the pool has plenty: a power of two; null: no more than <see cref="ReadyFrames"/>.</summary>
    public int? MostReadyFrames { get; init; }

    /// <summary>Entries of the rings that frames are received through.</summary>
    internal int RingSize => Math.Max(ReadyFrames, MostReadyFrames ?? 0);

    /// <summary>The network namespace that has the interface, a name under /run/netns; null is the calling thread's.</summary>
    public string? NetworkNamespace { get; init; }
}
