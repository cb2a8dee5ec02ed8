using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <summary>
/// The system calls of libc that vRouter needs, under their man-page names and with the C types' sizes. A negative result (for
/// <see cref="mmap"/>: -1; for <see cref="if_nametoindex"/>: 0) means an error, which <see cref="Errno.Last"/> then names.
/// Nothing here allocates, and nothing here throws.
/// </summary>
public static unsafe partial class Libc
{
    private const string Name = "libc";

    /// <summary>open(2), without the mode argument: it creates nothing.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    /// <summary>close(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>read(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nuint count);

    /// <summary>write(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint write(int fd, void* buffer, nuint count);

    /// <summary>writev(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint writev(int fd, IoVec* vectors, int count);

    /// <summary>ioctl(2) with a pointer argument.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argument);

    /// <summary>ioctl(2) with an integer argument.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, nuint argument);

    /// <summary>poll(2). The timeout is in milliseconds, -1 waits for ever.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int poll(PollFd* descriptors, nuint count, int timeout);

    /// <summary>eventfd(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    /// <summary>fcntl(2) with an integer argument.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int fcntl(int fd, int command, int argument);

    /// <summary>statx(2).</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int directory, string path, int flags, uint mask, void* result);

    /// <summary>flock(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int flock(int fd, int operation);

    /// <summary>mmap(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    /// <summary>munmap(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int munmap(nint address, nuint length);

    /// <summary>setns(2): moves the calling thread into a namespace.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int setns(int fd, int type);

    /// <summary>unshare(2): moves the calling thread into new namespaces.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int unshare(int flags);

    /// <summary>socket(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>bind(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int bind(int fd, void* address, uint length);

    /// <summary>setsockopt(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    /// <summary>getsockopt(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int getsockopt(int fd, int level, int name, void* value, uint* length);

    /// <summary>send(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint send(int fd, void* buffer, nuint length, int flags);

    /// <summary>sendto(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint sendto(int fd, void* buffer, nuint length, int flags, void* address, uint addressLength);

    /// <summary>sendmmsg(2): returns the number of messages sent.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int sendmmsg(int fd, MMsgHdr* messages, uint count, int flags);

    /// <summary>recvfrom(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recvfrom(int fd, void* buffer, nuint length, int flags, void* address, uint* addressLength);

    /// <summary>recvmsg(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recvmsg(int fd, MsgHdr* message, int flags);

    /// <summary>getpriority(2): the nice value of a thread (<paramref name="which"/> 0), 0: the calling one. -1 may be the value or an error.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int getpriority(int which, int thread);

    /// <summary>setpriority(2): the nice value of a thread (<paramref name="which"/> 0).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int setpriority(int which, int thread, int nice);

    /// <summary>if_nametoindex(3): 0 if no interface of the calling thread's network namespace has that name.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);

    /// <summary>sched_getaffinity(2) of a thread, 0: the calling one. Returns the bytes written to the mask.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_getaffinity(int thread, nuint size, ulong* mask);

    /// <summary>sched_setaffinity(2) of a thread, 0: the calling one.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint size, ulong* mask);

    /// <summary>clock_gettime(2).</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int clock_gettime(int clock, TimeSpec* time);
}
