using System.Net.Sockets;
using System.Text;
using VRouter.Io.Linux;

namespace VRouter.Host.Daemon;

/// <summary>The file of a control socket: made for its owner alone, taken over from a process that crashed, never from one that lives.</summary>
public static class ControlSocket
{
    /// <summary>Where routers put their sockets unless told otherwise.</summary>
    public const string DefaultFolder = "/run/vrouter";

    // unix(7): 108 bytes with the terminating zero.
    private const int MaxPath = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>True if somebody listens there.</summary>
    public static bool IsServed(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxPath)
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // A socket that we may not open is somebody's; all else means that nobody is there.
            return e.SocketErrorCode == SocketError.AccessDenied;
        }
    }

    /// <summary>
    /// Makes the socket with mode 0600; who connects from now on waits for an answer. While it is made, the folder is locked, so that of two processes one wins.
    /// </summary>
    /// <exception cref="DaemonException">Somebody listens there, or the file cannot be made.</exception>
    public static Socket Bind(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            using var folderLock = Lock(folder);
            if (Path.Exists(path))
                TakeOver(path);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, OwnerOnly);
            socket.Listen();
            return socket;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            throw DaemonException.Host($"cannot make the control socket {path}: {e.Message}");
        }
    }

    private static void TakeOver(string path)
    {
        if (IsServed(path))
            throw DaemonException.Host($"another router listens at the control socket {path}; end it first, or give this one another spec.control.socket");
        if (!IsSocket(path))
            throw DaemonException.Host($"{path} exists and is not a socket; remove it, or give this router another spec.control.socket");
        File.Delete(path);
    }

    // open(2): ENXIO, the file is a UNIX domain socket.
    private static bool IsSocket(string path)
    {
        var opened = FileDescriptor.FromCall(Libc.open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), $"open({path})");
        if (!opened.TryGet(out var file, out var error))
            return error.Errno == Errno.ENXIO;
        file.Dispose();
        return false;
    }

    private static FileDescriptor Lock(string folder)
    {
        var descriptor = FileDescriptor.FromCall(Libc.open(folder, Libc.O_RDONLY | Libc.O_CLOEXEC), $"open({folder})").OrThrow();
        if (Libc.flock(descriptor.Number, Libc.LOCK_EX) == 0)
            return descriptor;
        descriptor.Dispose();
        throw new IOException(LinuxError.Last($"flock({folder})").ToString());
    }
}
