namespace VRouter.Io.Linux;

/// <summary>
/// Many descriptors of which the kernel keeps a list of those that are readable, epoll(7), level-triggered: to look at it costs what is on it, whatever is watched. One thread.
/// </summary>
internal sealed unsafe class ReadinessList : IDisposable
{
    /// <summary>The most keys that one look gives. The kernel gives others at the next look.</summary>
    public const int MostReady = 256;

    private const int MutedMilliseconds = 10;
    private const int WakeKey = -1;
    private readonly int epoll;
    private readonly int wakeDescriptor;
    private readonly Dictionary<int, int> keys = []; // by descriptor
    private readonly int[] ready = new int[MostReady];
    private readonly List<int> muted = new(MostReady); // descriptors that only reported errors
    private readonly uint[] events = new uint[MostReady * Libc.EpollEventWords];
    private int readyCount;
    private long mutedUntil;
    private bool isWoken; // by an eventfd that a look has read, not a wait

    /// <summary>Watches an eventfd, which ends a wait and is read by it.</summary>
    /// <exception cref="LinuxException">The kernel has no more descriptors.</exception>
    public ReadinessList(int wakeDescriptor)
    {
        this.wakeDescriptor = wakeDescriptor;
        epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (epoll < 0)
            throw new LinuxException(LinuxError.Last("epoll_create1"));
        Control(Libc.EPOLL_CTL_ADD, wakeDescriptor, WakeKey);
    }

    /// <summary>Watches exactly these, each with a key that is not negative. None that was watched before may have been closed meanwhile.</summary>
    /// <exception cref="LinuxException">The kernel has no more memory.</exception>
    public void Watch(IReadOnlyList<(int Descriptor, int Key)> descriptors)
    {
        Unmute();
        readyCount = 0;
        var wanted = new Dictionary<int, int>(descriptors.Count);
        foreach (var (descriptor, key) in descriptors)
            wanted.Add(descriptor, key);
        foreach (var descriptor in keys.Keys.Where(descriptor => !wanted.ContainsKey(descriptor)).ToList())
        {
            Control(Libc.EPOLL_CTL_DEL, descriptor, 0);
            keys.Remove(descriptor);
        }

        foreach (var (descriptor, key) in wanted)
        {
            if (!keys.TryGetValue(descriptor, out var known))
                Control(Libc.EPOLL_CTL_ADD, descriptor, key);
            else if (known != key)
                Control(Libc.EPOLL_CTL_MOD, descriptor, key);
            keys[descriptor] = key;
        }
    }

    /// <summary>Waits until the list is not empty; what is on it is kept for <see cref="TakeReady"/>.</summary>
    public void Wait(int timeoutMilliseconds)
    {
        Look(isWoken ? 0 : timeoutMilliseconds);
        isWoken = false;
    }

    /// <summary>The keys that the last <see cref="Wait"/> found, once; else what is on the list now. A wake-up that is met here ends the next wait.</summary>
    public ReadOnlySpan<int> TakeReady()
    {
        if (readyCount == 0)
            Look(0);
        var taken = readyCount;
        readyCount = 0;
        return ready.AsSpan(0, taken);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.close(epoll);

    private void Look(int timeoutMilliseconds)
    {
        if (mutedUntil != 0)
        {
            var left = mutedUntil - Environment.TickCount64;
            if (left <= 0)
                Unmute();
            else if (timeoutMilliseconds < 0 || timeoutMilliseconds > left)
                timeoutMilliseconds = (int)left;
        }

        fixed (uint* first = events)
        {
            readyCount = 0;
            var count = Libc.epoll_wait(epoll, first, MostReady, timeoutMilliseconds);
            for (var i = 0; i < count; i++)
            {
                var (happened, key, descriptor) = Libc.EpollEventAt(first, i);
                Note(key, descriptor, happened);
            }
        }
    }

    private void Note(int key, int descriptor, uint happened)
    {
        if (key == WakeKey)
        {
            ulong count;
            _ = Libc.read(wakeDescriptor, &count, sizeof(ulong));
            isWoken = true;
            return;
        }

        ready[readyCount++] = key;
        if ((happened & Libc.EPOLLIN) != 0)
            return;
        Control(Libc.EPOLL_CTL_DEL, descriptor, 0);
        muted.Add(descriptor);
        if (mutedUntil == 0)
            mutedUntil = Environment.TickCount64 + MutedMilliseconds;
    }

    private void Unmute()
    {
        mutedUntil = 0;
        foreach (var descriptor in muted)
            Control(Libc.EPOLL_CTL_ADD, descriptor, keys[descriptor]);
        muted.Clear();
    }

    private void Control(int operation, int descriptor, int key)
    {
        if (Libc.EpollControl(epoll, operation, descriptor, key, descriptor) < 0)
            throw new LinuxException(LinuxError.Last($"epoll_ctl({operation}, {descriptor})"));
    }
}
