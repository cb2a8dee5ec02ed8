namespace VRouter.Io.Ports;

/// <summary>
/// Looks after a port's interface, and the kernel's counters of it, when the port is asked for frames: ten times a second while the worker runs, once more after the last frame, so that what was
/// lost is soon counted, once a second while it sleeps, and at once after an error. An interface that goes down or away leaves an error on each socket, which wakes a worker that sleeps.
/// </summary>
internal sealed class LinkWatch
{
    /// <summary>Time between two looks while the worker runs, nanoseconds.</summary>
    public const long Interval = 100_000_000;

    /// <summary>The same while it sleeps.</summary>
    public const long SleepingInterval = 1_000_000_000;

    private const long ErrorInterval = 1_000_000;

    private readonly LinkProbe probe;
    private int mtu;
    private long lastLook = long.MinValue / 2;
    private long nextErrorCheck = long.MinValue;
    private bool cameFrames;

    /// <summary>Looks at the interface for the first time.</summary>
    /// <param name="probe">Asks the kernel.</param>
    /// <param name="mtu">The MTU that is known, if the kernel does not tell.</param>
    public LinkWatch(LinkProbe probe, int mtu)
    {
        this.probe = probe;
        this.mtu = mtu;
        Read();
    }

    /// <summary>The interface's MTU.</summary>
    public int Mtu => mtu;

    /// <summary>The interface's state.</summary>
    public PortState State { get; private set; }

    /// <summary>When the worker is to look if it sleeps until then.</summary>
    public long NextLook => lastLook + (cameFrames ? Interval : SleepingInterval);

    /// <summary>True if nothing came and errors are to be taken from the sockets, which would keep waking a worker that polls.</summary>
    public bool MayHaveErrors(int received, long now)
    {
        cameFrames |= received > 0;
        if (received > 0 || now < nextErrorCheck)
            return false;
        nextErrorCheck = now + ErrorInterval;
        return true;
    }

    /// <summary>True if the interface is to be looked at now.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    /// <param name="hasError">There was an error.</param>
    public bool IsDue(long now, bool hasError)
    {
        if (!hasError && now < lastLook + Interval)
            return false;
        lastLook = now;
        cameFrames = false;
        return true;
    }

    /// <summary>Asks the kernel.</summary>
    public void Read() => State = probe.Read(ref mtu);
}
