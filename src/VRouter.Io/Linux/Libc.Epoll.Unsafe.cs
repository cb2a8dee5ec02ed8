using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>epoll(7): one descriptor for several.</content>
public static unsafe partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the man pages.
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1;
#pragma warning restore CS1591, CA1707

    /// <summary>Words of 32 bits that struct epoll_event takes: the events, and eight bytes for the caller, which x86-64 alone packs.</summary>
    public static readonly int EpollEventWords = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 3 : 4;

    private static readonly int EpollDataWord = EpollEventWords - 2;

    /// <summary>epoll_create1(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <summary>epoll_wait(2). The timeout is in milliseconds, -1 waits for ever.</summary>
    /// <param name="epoll">The descriptor.</param>
    /// <param name="events">Room for <paramref name="most"/> times <see cref="EpollEventWords"/> words.</param>
    /// <param name="most">The most events.</param>
    /// <param name="timeout">The timeout.</param>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_wait(int epoll, uint* events, int most, int timeout);

    /// <summary>What <see cref="epoll_wait"/> wrote: the events of an entry, and the two numbers that its descriptor was watched with.</summary>
    public static (uint Events, int First, int Second) EpollEventAt(uint* events, int index)
    {
        var entry = events + (index * EpollEventWords);
        return (entry[0], (int)entry[EpollDataWord], (int)entry[EpollDataWord + 1]);
    }

    /// <summary>Watches a descriptor for input, epoll_ctl(2).</summary>
    public static int EpollAdd(int epoll, int descriptor) => EpollControl(epoll, EPOLL_CTL_ADD, descriptor, 0, 0);

    /// <summary>epoll_ctl(2), for input, with two numbers for <see cref="EpollEventAt"/>.</summary>
    public static int EpollControl(int epoll, int operation, int descriptor, int first, int second)
    {
        var entry = stackalloc uint[] { EPOLLIN, 0, 0, 0 };
        entry[EpollDataWord] = (uint)first;
        entry[EpollDataWord + 1] = (uint)second;
        return epoll_ctl(epoll, operation, descriptor, entry);
    }

    [LibraryImport(Name, SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, void* entry);
}
