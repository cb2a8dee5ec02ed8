using VRouter.Io.Linux;

namespace VRouter.Io.Tests.Support;

/// <summary>poll(2) for tests.</summary>
internal static unsafe class Poll
{
    private const short PollOut = 4;

    /// <summary>Waits until a descriptor is readable, at most so many milliseconds; gives the number of descriptors that have something.</summary>
    public static int Wait(int milliseconds, params ReadOnlySpan<int> descriptors) => Wait(Libc.POLLIN, milliseconds, descriptors);

    /// <summary>As <see cref="Wait(int, ReadOnlySpan{int})"/>, until a descriptor can be written to.</summary>
    public static int WaitToWrite(int milliseconds, params ReadOnlySpan<int> descriptors) => Wait(PollOut, milliseconds, descriptors);

    private static int Wait(short events, int milliseconds, ReadOnlySpan<int> descriptors)
    {
        var polled = stackalloc Libc.PollFd[descriptors.Length];
        for (var i = 0; i < descriptors.Length; i++)
            polled[i] = new Libc.PollFd { Fd = descriptors[i], Events = events };
        return Libc.poll(polled, (nuint)descriptors.Length, milliseconds);
    }
}
