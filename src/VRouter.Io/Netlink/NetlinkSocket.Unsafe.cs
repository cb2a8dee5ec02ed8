using VRouter.Io.Linux;

namespace VRouter.Io.Netlink;

/// <summary>A NETLINK_ROUTE socket that sends whole messages and receives whole datagrams, from the kernel only.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private readonly FileDescriptor descriptor;
    private byte[] buffer = new byte[32 * 1024];

    private NetlinkSocket(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>For poll(2).</summary>
    public int Descriptor => descriptor.Number;

    /// <summary>Opens a socket in the calling thread's network namespace.</summary>
    /// <param name="groups">Mask of RTMGRP_* multicast groups to join, 0 for none.</param>
    /// <param name="receiveTimeout">How long a receive waits at most; null makes it non-blocking.</param>
    /// <param name="receiveBuffer">Bytes of kernel memory for waiting datagrams, 0 for the system's default.</param>
    public static Result<NetlinkSocket> Open(uint groups, TimeSpan? receiveTimeout, int receiveBuffer)
    {
        var type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | (receiveTimeout is null ? Libc.SOCK_NONBLOCK : 0);
        var opened = FileDescriptor.FromCall(Libc.socket(Libc.AF_NETLINK, type, Libc.NETLINK_ROUTE), "socket(AF_NETLINK)");
        if (!opened.TryGet(out var descriptor, out var error))
            return error;
        var socket = new NetlinkSocket(descriptor);
        var failure = socket.Configure(groups, receiveTimeout, receiveBuffer);
        if (failure is null)
            return socket;
        socket.Dispose();
        return failure.Value;
    }

    /// <summary>Sends one message to the kernel.</summary>
    public Errno Send(ReadOnlySpan<byte> message)
    {
        var kernel = new Libc.SockAddrNl { Family = Libc.AF_NETLINK };
        fixed (byte* start = message)
        {
            while (Libc.sendto(Descriptor, start, (nuint)message.Length, 0, &kernel, (uint)sizeof(Libc.SockAddrNl)) < 0)
            {
                if (Errno.Last != Errno.EINTR)
                    return Errno.Last;
            }
        }

        return Errno.None;
    }

    /// <summary>
    /// Receives one whole datagram, however long. Datagrams of other processes are skipped. <see cref="Errno.EAGAIN"/> means that nothing
    /// came in time, <see cref="Errno.ENOBUFS"/> that the kernel had to drop messages.
    /// </summary>
    /// <param name="datagram">Valid until the next call.</param>
    public Errno Receive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        while (true)
        {
            var length = Receive(Libc.MSG_PEEK | Libc.MSG_TRUNC, out _);
            if (length > buffer.Length)
                buffer = new byte[length];
            if (length >= 0)
                length = Receive(Libc.MSG_TRUNC, out var sender) is var received && sender != 0 ? 0 : received;
            if (length > buffer.Length)
                return Errno.EMSGSIZE;
            if (length > 0)
            {
                datagram = buffer.AsSpan(0, (int)length);
                return Errno.None;
            }

            if (length < 0 && Errno.Last != Errno.EINTR)
                return Errno.Last;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    private nint Receive(int flags, out uint sender)
    {
        Libc.SockAddrNl address = default;
        var addressLength = (uint)sizeof(Libc.SockAddrNl);
        fixed (byte* start = buffer)
        {
            var length = Libc.recvfrom(Descriptor, start, (nuint)buffer.Length, flags, &address, &addressLength);
            sender = address.PortId;
            return length;
        }
    }

    private LinuxError? Configure(uint groups, TimeSpan? receiveTimeout, int receiveBuffer)
    {
        var one = 1;
        Libc.setsockopt(Descriptor, Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, &one, sizeof(int)); // only adds sentences; older kernels lack it
        if (receiveTimeout is { } wait)
        {
            var time = new Libc.TimeVal { Seconds = (long)wait.TotalSeconds, Microseconds = wait.Milliseconds * 1000L };
            if (Libc.setsockopt(Descriptor, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, &time, (uint)sizeof(Libc.TimeVal)) < 0)
                return LinuxError.Last("setsockopt(SO_RCVTIMEO)");
        }

        if (receiveBuffer > 0
            && Libc.setsockopt(Descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, &receiveBuffer, sizeof(int)) < 0
            && Libc.setsockopt(Descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, &receiveBuffer, sizeof(int)) < 0)
            return LinuxError.Last("setsockopt(SO_RCVBUF)");
        var local = new Libc.SockAddrNl { Family = Libc.AF_NETLINK, Groups = groups };
        return Libc.bind(Descriptor, &local, (uint)sizeof(Libc.SockAddrNl)) < 0 ? LinuxError.Last("bind(AF_NETLINK)") : null;
    }
}
