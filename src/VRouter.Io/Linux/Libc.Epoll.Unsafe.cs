using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>epoll(7): one descriptor for several.</content>
public static unsafe partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the man pages.
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const uint EPOLLIN = 1;
#pragma warning restore CS1591, CA1707

    /// <summary>epoll_create1(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <summary>Watches a descriptor for input, epoll_ctl(2).</summary>
    public static int EpollAdd(int epoll, int descriptor)
    {
        // struct epoll_event: the events, and eight bytes for the caller, which x86-64 alone packs.
        var entry = stackalloc uint[] { EPOLLIN, 0, 0, 0 };
        return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, entry);
    }

    [LibraryImport(Name, SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, void* entry);
}
