namespace VRouter.Io.Linux;

/// <summary>The cores that the calling thread may run on.</summary>
public static unsafe class ThreadAffinity
{
    // Of 8,192 cores, more than any kernel is built for.
    private const int MaskWords = 128;
    private const int WordBits = 64;

    /// <summary>The numbers of the cores, ascending.</summary>
    public static Result<int[]> Get()
    {
        var mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (Libc.sched_getaffinity(0, MaskWords * sizeof(ulong), mask) < 0)
            return LinuxError.Last("sched_getaffinity");
        var cores = new List<int>();
        for (var core = 0; core < MaskWords * WordBits; core++)
        {
            if ((mask[core / WordBits] >> (core % WordBits) & 1) != 0)
                cores.Add(core);
        }

        return cores.ToArray();
    }

    /// <summary>Lets the thread run on these cores only.</summary>
    /// <returns>The cores, or why not: EINVAL if none of them may be used.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or above 8,191.</exception>
    public static Result<int[]> Set(params int[] cores)
    {
        var mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (var core in cores)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(core);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(core, MaskWords * WordBits);
            mask[core / WordBits] |= 1UL << (core % WordBits);
        }

        return Libc.sched_setaffinity(0, MaskWords * sizeof(ulong), mask) < 0 ? LinuxError.Last("sched_setaffinity") : cores;
    }
}
