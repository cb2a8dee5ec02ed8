namespace VRouter.Io.Linux;

/// <summary>The processor time of the calling thread: what other programs take on a shared machine does not count.</summary>
public static unsafe class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Nanoseconds.</summary>
    /// <exception cref="LinuxException">The kernel has no such clock.</exception>
    public static long Now()
    {
        Libc.TimeSpec time;
        if (Libc.clock_gettime(ThreadCpuTime, &time) < 0)
            throw new LinuxException(LinuxError.Last("clock_gettime(CLOCK_THREAD_CPUTIME_ID)"));
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }
}
