using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// Where the frames arrive. It answers ARP itself, with a MAC address that its interface does not have: the kernel there counts each frame and drops it at once, which is the least
/// that a receiver can cost. Its socket asks for ARP only, so it costs the other frames nothing.
/// </summary>
internal sealed unsafe class FarEnd : IDisposable
{
    private const ushort ArpInWireOrder = 0x0608;
    private const int PollMilliseconds = 20;
    private const int FrameBytes = 128;

    private readonly InterfaceCounters counters;
    private readonly FileDescriptor socket;
    private readonly Thread thread;
    private volatile bool stopping;
    private long arpFrames;

    private FarEnd(InterfaceCounters counters, FileDescriptor socket)
    {
        this.counters = counters;
        this.socket = socket;
        thread = new Thread(Answer) { Name = "far end", IsBackground = true };
        thread.Start();
    }

    /// <summary>Begins to answer on an interface of a namespace.</summary>
    /// <exception cref="LabException">The host refused.</exception>
    public static FarEnd Open(string space, string interfaceName)
    {
        var opened = NetworkNamespace.Run<FileDescriptor>(space, () => OpenSocket(interfaceName));
        return opened.TryGet(out var socket, out var error)
            ? new FarEnd(InterfaceCounters.Open(space, interfaceName), socket)
            : throw new LabException($"cannot answer ARP on '{interfaceName}': {error}");
    }

    /// <summary>Frames that have arrived, without ARP.</summary>
    public long Received => counters.Read().Received - Interlocked.Read(ref arpFrames);

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping = true;
        thread.Join();
        socket.Dispose();
        counters.Dispose();
    }

    private static Result<FileDescriptor> OpenSocket(string interfaceName)
    {
        var number = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (!FileDescriptor.FromCall(number, "socket(AF_PACKET)").TryGet(out var socket, out var error))
            return error;
        var one = 1;
        var address = new Libc.SockAddrLl { Family = Libc.AF_PACKET, Protocol = ArpInWireOrder, IfIndex = (int)Libc.if_nametoindex(interfaceName) };
        if (Libc.setsockopt(number, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, &one, sizeof(int)) >= 0
            && Libc.bind(number, &address, (uint)sizeof(Libc.SockAddrLl)) >= 0)
            return socket;
        error = LinuxError.Last($"bind({interfaceName})");
        socket.Dispose();
        return error;
    }

    private void Answer()
    {
        Span<byte> frame = stackalloc byte[FrameBytes];
        var wait = new Libc.PollFd { Fd = socket.Number, Events = Libc.POLLIN };
        while (!stopping)
        {
            if (Libc.poll(&wait, 1, PollMilliseconds) <= 0)
                continue;
            fixed (byte* bytes = frame)
            {
                var length = (int)Libc.recvfrom(socket.Number, bytes, FrameBytes, Libc.MSG_DONTWAIT, null, null);
                if (length <= 0)
                    continue;
                Interlocked.Increment(ref arpFrames);
                if (TryTurn(frame[..length]))
                    Libc.send(socket.Number, bytes, EthernetHeader.Size + ArpHeader.Size, Libc.MSG_DONTWAIT);
            }
        }
    }

    // Whatever is asked for is here.
    private static bool TryTurn(Span<byte> frame)
    {
        if (EthernetHeader.Parse(frame, out var ethernet) != DropReason.None || ArpHeader.Parse(ethernet.Payload, out var arp) != DropReason.None
            || arp.Operation != ArpOperation.Request)
            return false;
        var (asker, askerAddress, target) = (arp.SenderMac, arp.SenderAddress, arp.TargetAddress);
        EthernetHeader.Write(frame, asker, IoNetwork.FarMac, EtherType.Arp);
        ArpHeader.Write(frame[EthernetHeader.Size..], ArpOperation.Reply, IoNetwork.FarMac, target, asker, askerAddress);
        return true;
    }
}
