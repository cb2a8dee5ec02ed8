using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <summary>An error number of Linux as a value; 0 means success.</summary>
/// <param name="Value">The number, as in errno(3).</param>
public readonly record struct Errno(int Value)
{
    /// <summary>Success.</summary>
    public static Errno None => default;

    /// <summary>Operation not permitted: a capability is missing.</summary>
    public static Errno EPERM => new(1);

    /// <summary>No such file or directory.</summary>
    public static Errno ENOENT => new(2);

    /// <summary>Interrupted by a signal.</summary>
    public static Errno EINTR => new(4);

    /// <summary>Input/output error: what a detached TAP device answers.</summary>
    public static Errno EIO => new(5);

    /// <summary>No such device or address.</summary>
    public static Errno ENXIO => new(6);

    /// <summary>A descriptor of the wrong kind or state.</summary>
    public static Errno EBADF => new(9);

    /// <summary>Nothing there now, or no room now; try again.</summary>
    public static Errno EAGAIN => new(11);

    /// <summary>Out of memory.</summary>
    public static Errno ENOMEM => new(12);

    /// <summary>Permission denied.</summary>
    public static Errno EACCES => new(13);

    /// <summary>Device or resource busy.</summary>
    public static Errno EBUSY => new(16);

    /// <summary>Already exists.</summary>
    public static Errno EEXIST => new(17);

    /// <summary>No such device.</summary>
    public static Errno ENODEV => new(19);

    /// <summary>Invalid argument.</summary>
    public static Errno EINVAL => new(22);

    /// <summary>A name or path is too long.</summary>
    public static Errno ENAMETOOLONG => new(36);

    /// <summary>No room: among others, too few receive queues.</summary>
    public static Errno ENOSPC => new(28);

    /// <summary>Out of range: among others, an MTU that is too large.</summary>
    public static Errno ERANGE => new(34);

    /// <summary>The data are not what the protocol promises.</summary>
    public static Errno EBADMSG => new(74);

    /// <summary>A TAP device of which no descriptor is attached.</summary>
    public static Errno EBADFD => new(77);

    /// <summary>The message is longer than the interface's MTU allows.</summary>
    public static Errno EMSGSIZE => new(90);

    /// <summary>Operation not supported.</summary>
    public static Errno EOPNOTSUPP => new(95);

    /// <summary>The interface is down.</summary>
    public static Errno ENETDOWN => new(100);

    /// <summary>A queue is full; on netlink, messages were lost.</summary>
    public static Errno ENOBUFS => new(105);

    /// <summary>Timed out.</summary>
    public static Errno ETIMEDOUT => new(110);

    /// <summary>The error of the calling thread's last <see cref="Libc"/> call. Meaningful only right after a call that failed.</summary>
    public static Errno Last => new(Marshal.GetLastPInvokeError());

    /// <summary>True unless the value is 0.</summary>
    public bool IsError => Value != 0;

    /// <summary>The C name, as "ENODEV"; "errno N" for a number that Linux does not name.</summary>
    public string Name => ErrnoNames.Of(Value);

    /// <summary>The system's sentence, as "No such device".</summary>
    public string Text => Marshal.GetPInvokeErrorMessage(Value);

    /// <summary>As "ENODEV (No such device)".</summary>
    public override string ToString() => IsError ? $"{Name} ({Text})" : "success";
}
