namespace VRouter.Io.Linux;

/// <summary>
/// Waits for any of a set of descriptors, or for another thread's <see cref="Wake"/>. One thread waits; any thread wakes. Waiting allocates nothing.
/// </summary>
public sealed unsafe class WorkerPoll : IDisposable
{
    // A descriptor that only reports errors (its interface went down) would end each wait at once; so the wait then lasts at least this long.
    private const int ErrorPauseMilliseconds = 10;
    private readonly int wakeDescriptor;
    private Libc.PollFd[] entries;

    /// <summary>Watches nothing but <see cref="Wake"/>.</summary>
    /// <exception cref="LinuxException">No eventfd is to be had.</exception>
    public WorkerPoll()
    {
        wakeDescriptor = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (wakeDescriptor < 0)
            throw new LinuxException(LinuxError.Last("eventfd"));
        entries = [Entry(wakeDescriptor)];
    }

    /// <summary>Watches these descriptors from now on; negative ones are passed over. Called by the waiting thread.</summary>
    public void Watch(IEnumerable<int> descriptors) =>
        entries = [Entry(wakeDescriptor), .. descriptors.Where(descriptor => descriptor >= 0).Select(Entry)];

    /// <summary>Returns when a descriptor is readable, after <see cref="Wake"/>, or after the timeout.</summary>
    /// <param name="timeoutMilliseconds">At most about this long; 0 only looks.</param>
    public void Wait(int timeoutMilliseconds)
    {
        fixed (Libc.PollFd* first = entries)
        {
            if (Libc.poll(first, (nuint)entries.Length, timeoutMilliseconds) <= 0)
                return;
            var readable = false;
            for (var i = 0; i < entries.Length; i++)
                readable |= (first[i].Revents & Libc.POLLIN) != 0;
            if (first->Revents != 0)
            {
                ulong count;
                _ = Libc.read(wakeDescriptor, &count, sizeof(ulong));
            }
            else if (!readable)
            {
                _ = Libc.poll(first, 1, Math.Min(timeoutMilliseconds, ErrorPauseMilliseconds));
            }
        }
    }

    /// <summary>Ends a <see cref="Wait"/>, the one under way or the next.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(wakeDescriptor, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.close(wakeDescriptor);

    private static Libc.PollFd Entry(int descriptor) => new() { Fd = descriptor, Events = Libc.POLLIN };
}
