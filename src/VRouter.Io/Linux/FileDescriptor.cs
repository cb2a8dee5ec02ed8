using Microsoft.Win32.SafeHandles;

namespace VRouter.Io.Linux;

/// <summary>An open descriptor of the kernel, closed when disposed or, at the latest, when collected.</summary>
public sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of an open descriptor.</summary>
    public FileDescriptor(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>The number. It must not be used after <see cref="IDisposable.Dispose"/>: the kernel gives it to someone else.</summary>
    public int Number => (int)handle;

    /// <summary>Takes ownership of what a call returned: a descriptor, or a negative number with <see cref="Errno.Last"/> set.</summary>
    public static Result<FileDescriptor> FromCall(int result, string operation, string? detail = null) =>
        result < 0 ? LinuxError.Last(operation, detail) : new FileDescriptor(result);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
