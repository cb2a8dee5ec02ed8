namespace VRouter.Io.Linux;

/// <summary>The processor time of any process, its threads that have ended included (clock_getcpuclockid(3)).</summary>
public static unsafe class ProcessClock
{
    // Of clock_gettime(2): the complement of the process in the upper bits, and CPUCLOCK_SCHED, which is exact, unlike the ticks of proc(5).
    private const int ProcessBits = 3;
    private const int Scheduler = 2;

    /// <summary>Nanoseconds.</summary>
    /// <param name="process">The process.</param>
    /// <exception cref="LinuxException">There is no such process.</exception>
    public static long Of(int process)
    {
        Libc.TimeSpec time;
        if (Libc.clock_gettime((~process << ProcessBits) | Scheduler, &time) < 0)
            throw new LinuxException(LinuxError.Last("clock_gettime"));
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }
}
