using System.Buffers.Binary;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>Opens and configures packet sockets, packet(7), in the calling thread's network namespace.</summary>
internal static unsafe class PacketSocket
{
    /// <summary>A non-blocking raw socket that receives nothing yet.</summary>
    public static Result<FileDescriptor> Open()
    {
        var socket = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        var detail = socket < 0 && Errno.Last == Errno.EPERM ? "packet sockets need the capability CAP_NET_RAW" : null;
        return FileDescriptor.FromCall(socket, "socket(AF_PACKET)", detail);
    }

    /// <summary>Sets an integer option; null is success.</summary>
    public static LinuxError? Set(FileDescriptor socket, int level, int option, int value, string name) =>
        Libc.setsockopt(socket.Number, level, option, &value, sizeof(int)) < 0 ? LinuxError.Last($"setsockopt({name})") : null;

    /// <summary>Sets a buffer size beyond the system's limit if allowed, else up to it.</summary>
    public static LinuxError? SetBuffer(FileDescriptor socket, int forcedOption, int option, int bytes, string name) =>
        Set(socket, Libc.SOL_SOCKET, forcedOption, bytes, name) is null ? null : Set(socket, Libc.SOL_SOCKET, option, bytes, name);

    /// <summary>Binds to an interface; with protocol 0 for sending only.</summary>
    public static LinuxError? Bind(FileDescriptor socket, int interfaceIndex, ushort protocol, string interfaceName)
    {
        var address = new Libc.SockAddrLl
        {
            Family = Libc.AF_PACKET,
            Protocol = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(protocol) : protocol,
            IfIndex = interfaceIndex,
        };
        return Libc.bind(socket.Number, &address, (uint)sizeof(Libc.SockAddrLl)) < 0 ? LinuxError.Last($"bind({interfaceName})") : null;
    }

    /// <summary>Takes the error that waits on the socket, so that poll(2) no longer reports it.</summary>
    public static Errno TakeError(FileDescriptor socket)
    {
        var error = 0;
        uint length = sizeof(int);
        return Libc.getsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) < 0 ? Errno.Last : new Errno(error);
    }
}
