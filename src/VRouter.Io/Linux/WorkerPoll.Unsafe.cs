namespace VRouter.Io.Linux;

/// <summary>
/// Waits for any of a set of descriptors, or for another thread's <see cref="Wake"/>. One thread waits; any thread wakes. Waiting allocates nothing. What a wait costs does not grow
/// with the number of descriptors: of more than a few, the kernel keeps a list of those that are readable (epoll(7)), which <see cref="TakeReady"/> tells.
/// </summary>
/// <remarks>
/// A descriptor that only reports errors (its interface is gone) would end each wait at once. It is left out for a moment, so that waits are as long as they should be, and frames of
/// others are seen as soon as ever.
/// </remarks>
public sealed unsafe class WorkerPoll : IDisposable
{
    // Fewer cost less by poll(2): epoll makes every frame that arrives dearer for its sender, by the call that puts its descriptor on the list.
    private const int MostPolled = 16;
    private const int MutedMilliseconds = 10;
    private readonly int wakeDescriptor;
    private Libc.PollFd[] entries;
    private ReadinessList? list;
    private long mutedUntil;

    /// <summary>Watches nothing but <see cref="Wake"/>.</summary>
    /// <exception cref="LinuxException">No eventfd is to be had.</exception>
    public WorkerPoll()
    {
        wakeDescriptor = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (wakeDescriptor < 0)
            throw new LinuxException(LinuxError.Last("eventfd"));
        entries = [Entry(wakeDescriptor)];
    }

    /// <summary>True if there are so many descriptors that <see cref="TakeReady"/> tells which of them are readable.</summary>
    public bool TellsReady => list is not null;

    /// <summary>Watches these descriptors from now on; negative ones are passed over. Called by the waiting thread.</summary>
    /// <param name="descriptors">Each with a number of the caller's, not negative.</param>
    /// <exception cref="LinuxException">The kernel has no more memory or descriptors.</exception>
    public void Watch(IEnumerable<(int Descriptor, int Key)> descriptors)
    {
        List<(int Descriptor, int Key)> watched = [.. descriptors.Where(entry => entry.Descriptor >= 0)];
        if (watched.Count > MostPolled)
        {
            list ??= new ReadinessList(wakeDescriptor);
            list.Watch(watched);
            return;
        }

        list?.Dispose();
        list = null;
        entries = [Entry(wakeDescriptor), .. watched.Select(entry => Entry(entry.Descriptor))];
    }

    /// <summary>Returns when a descriptor is readable, after <see cref="Wake"/>, or after the timeout.</summary>
    /// <param name="timeoutMilliseconds">At most about this long, and less while a descriptor is left out; 0 only looks, -1 is for ever.</param>
    public void Wait(int timeoutMilliseconds)
    {
        if (list is not null)
            list.Wait(timeoutMilliseconds);
        else
            Poll(timeoutMilliseconds);
    }

    /// <summary>
    /// Where <see cref="TellsReady"/>: the keys of descriptors that the last <see cref="Wait"/> found, or of those that are readable or have an error now, up to
    /// <see cref="ReadinessList.MostReady"/>; the others come with the next calls. Good until the next call.
    /// </summary>
    public ReadOnlySpan<int> TakeReady() => list!.TakeReady();

    /// <summary>Ends a <see cref="Wait"/>, the one under way or the next.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(wakeDescriptor, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        list?.Dispose();
        _ = Libc.close(wakeDescriptor);
    }

    private void Poll(int timeoutMilliseconds)
    {
        if (mutedUntil != 0)
        {
            var left = mutedUntil - Environment.TickCount64;
            if (left <= 0)
                Unmute();
            else if (timeoutMilliseconds < 0 || timeoutMilliseconds > left)
                timeoutMilliseconds = (int)left;
        }

        fixed (Libc.PollFd* first = entries)
        {
            if (Libc.poll(first, (nuint)entries.Length, timeoutMilliseconds) <= 0)
                return;
            if (first->Revents != 0)
            {
                ulong count;
                _ = Libc.read(wakeDescriptor, &count, sizeof(ulong));
            }

            for (var i = 1; i < entries.Length; i++)
            {
                if (first[i].Fd >= 0 && first[i].Revents != 0 && (first[i].Revents & Libc.POLLIN) == 0)
                    Mute(ref first[i]);
            }
        }
    }

    // poll(2) passes over negative descriptors.
    private void Mute(ref Libc.PollFd entry)
    {
        entry.Fd = ~entry.Fd;
        if (mutedUntil == 0)
            mutedUntil = Environment.TickCount64 + MutedMilliseconds;
    }

    private void Unmute()
    {
        mutedUntil = 0;
        foreach (ref var entry in entries.AsSpan())
            entry.Fd = entry.Fd < 0 ? ~entry.Fd : entry.Fd;
    }

    private static Libc.PollFd Entry(int descriptor) => new() { Fd = descriptor, Events = Libc.POLLIN };
}
