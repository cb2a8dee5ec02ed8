using VRouter.Io.Linux;

namespace VRouter.Differential.Tests.Network;

/// <summary>The other end of one of the kernel router's links: a packet socket that sends frames as they are and sees what comes out.</summary>
internal sealed unsafe class FarEnd : IDisposable
{
    private const ushort AllInWireOrder = 0x0300;
    private const int ReceiveBuffer = 64 << 20;
    private const int WaitMilliseconds = 5000;
    private const int LongestFrame = 65536 + 64;

    private readonly FileDescriptor socket;
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(LongestFrame, pinned: true);

    private FarEnd(FileDescriptor socket) => this.socket = socket;

    /// <summary>Opens the socket on an interface of a namespace.</summary>
    public static FarEnd Open(string space, string interfaceName) =>
        NetworkNamespace.Run<FarEnd>(space, () => OpenHere(interfaceName)).TryGet(out var end, out var error)
            ? end
            : throw new InvalidOperationException($"{interfaceName}: {error}");

    /// <summary>Sends a frame.</summary>
    /// <returns>False if it is shorter or longer than the link takes (ENOBUFS: than the router's end of it).</returns>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            if (Libc.send(socket.Number, bytes, (nuint)frame.Length, 0) == frame.Length)
                return true;
        }

        var errno = Errno.Last;
        return errno == Errno.EMSGSIZE || errno == Errno.EINVAL || errno == Errno.ENOBUFS ? false : throw new InvalidOperationException($"send: {errno}");
    }

    /// <summary>Takes the next frame that came out, without waiting.</summary>
    /// <returns>The frame, valid until the next call; empty if there is none.</returns>
    public ReadOnlySpan<byte> Receive()
    {
        fixed (byte* bytes = buffer)
        {
            var length = (int)Libc.recvfrom(socket.Number, bytes, (nuint)buffer.Length, Libc.MSG_DONTWAIT, null, null);
            if (length >= 0)
                return buffer.AsSpan(0, length);
        }

        return Errno.Last == Errno.EAGAIN ? default : throw new InvalidOperationException($"recvfrom: {Errno.Last}");
    }

    /// <summary>Waits until a frame is there.</summary>
    /// <exception cref="TimeoutException">None came for five seconds.</exception>
    public void Wait()
    {
        var wait = new Libc.PollFd { Fd = socket.Number, Events = Libc.POLLIN };
        if (Libc.poll(&wait, 1, WaitMilliseconds) == 0)
            throw new TimeoutException("The kernel router did not forward the frame that marks the end of a case.");
    }

    /// <summary>Frames that the socket had no room for.</summary>
    public long Lost()
    {
        Libc.TPacketStats statistics = default;
        var size = (uint)sizeof(Libc.TPacketStats);
        return Libc.getsockopt(socket.Number, Libc.SOL_PACKET, Libc.PACKET_STATISTICS, &statistics, &size) == 0
            ? statistics.Drops
            : throw new InvalidOperationException($"getsockopt(PACKET_STATISTICS): {Errno.Last}");
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static Result<FarEnd> OpenHere(string interfaceName)
    {
        // Protocol 0 receives nothing until bind: no frame of another interface slips in.
        if (!FileDescriptor.FromCall(Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0), "socket(AF_PACKET)").TryGet(out var socket, out var error))
            return error;
        var (one, room) = (1, ReceiveBuffer);
        var address = new Libc.SockAddrLl { Family = Libc.AF_PACKET, Protocol = AllInWireOrder, IfIndex = (int)Libc.if_nametoindex(interfaceName) };
        if (Libc.setsockopt(socket.Number, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, &one, sizeof(int)) >= 0
            && Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, &room, sizeof(int)) >= 0
            && Libc.bind(socket.Number, &address, (uint)sizeof(Libc.SockAddrLl)) >= 0)
            return new FarEnd(socket);
        error = LinuxError.Last($"bind({interfaceName})");
        socket.Dispose();
        return error;
    }
}
