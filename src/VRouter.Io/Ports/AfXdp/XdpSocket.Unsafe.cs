using VRouter.Core.Frames;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// AF_XDP on one queue of an interface, its memory a worker's frames, with the four rings: a socket that receives, and one on the same queue that sends. A worker that sleeps waits on the first
/// only, since the kernel tells who waits on a socket of every frame that was sent through it, which costs a tenth of the sending.
/// </summary>
internal sealed unsafe class XdpSocket : IDisposable
{
    /// <summary>Entries of the transmit ring: a vector.</summary>
    public const int TransmitRingSize = FrameVector.MaxCount;

    private const int CompletionRingSize = 1024;
    private const int SendBuffer = 8 << 20;
    private const int BusyPauseMilliseconds = 10;
    private const int BusyPatienceMilliseconds = 500;
    private const int LongestChunk = 4096;

    private readonly XdpMemory memory;
    private readonly FileDescriptor sender;
    private XdpRing<Libc.XdpDesc>? receive;
    private XdpRing<Libc.XdpDesc>? transmit;
    private XdpRing<ulong>? fill;
    private XdpRing<ulong>? completion;
    private bool isBound;
    private bool isRegistered;

    private XdpSocket(FileDescriptor descriptor, FileDescriptor sender, XdpMemory memory)
    {
        Descriptor = descriptor;
        this.sender = sender;
        this.memory = memory;
    }

    /// <summary>The socket that receives.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Frames received, consumed here.</summary>
    public XdpRing<Libc.XdpDesc> Receive => receive!;

    /// <summary>Frames to send, produced here.</summary>
    public XdpRing<Libc.XdpDesc> Transmit => transmit!;

    /// <summary>Empty frames to receive into, produced here.</summary>
    public XdpRing<ulong> Fill => fill!;

    /// <summary>Frames that were sent, consumed here.</summary>
    public XdpRing<ulong> Completion => completion!;

    /// <summary>Opens a socket and binds it.</summary>
    /// <param name="memory">The frames; the first socket registers them, others share them.</param>
    /// <param name="interfaceIndex">An interface of the calling thread's network namespace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="ringSize">Entries of the receive and of the fill ring, a power of two.</param>
    /// <returns>The socket, or why not: EBUSY if another socket has the queue, EPERM without CAP_NET_RAW.</returns>
    public static Result<XdpSocket> Open(XdpMemory memory, int interfaceIndex, int queue, int ringSize)
    {
        if (!OpenSocket().TryGet(out var descriptor, out var error))
            return error;
        if (!OpenSocket().TryGet(out var sender, out error))
        {
            descriptor.Dispose();
            return error;
        }

        var opened = new XdpSocket(descriptor, sender, memory);
        var failure = opened.MakeRings((uint)ringSize) ?? opened.Bind(interfaceIndex, queue);
        if (failure is null)
            return opened;
        opened.Dispose();
        return failure.Value;
    }

    /// <summary>Lets the kernel send what is in the transmit ring.</summary>
    public Errno Kick() => Libc.sendto(sender.Number, null, 0, Libc.MSG_DONTWAIT, null, 0) < 0 ? Errno.Last : Errno.None;

    /// <summary>Frames that the kernel dropped since the socket was opened: no empty frame, no room in the receive ring, or longer than a slot.</summary>
    public long ReadDrops()
    {
        Libc.XdpStatistics statistics;
        var length = (uint)sizeof(Libc.XdpStatistics);
        return Libc.getsockopt(Descriptor.Number, Libc.SOL_XDP, Libc.XDP_STATISTICS, &statistics, &length) < 0
            ? 0 : (long)(statistics.RxDropped + statistics.RxRingFull);
    }

    /// <summary>Closes the socket. When it returns, the kernel writes to no frame any more.</summary>
    public void Dispose()
    {
        if (isBound)
            memory.Remove(Descriptor);
        isBound = false;
        receive?.Dispose();
        transmit?.Dispose();
        fill?.Dispose();
        completion?.Dispose();
        sender.Dispose();
        Descriptor.Dispose();
    }

    private static Result<FileDescriptor> OpenSocket()
    {
        var number = Libc.socket(Libc.AF_XDP, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        return FileDescriptor.FromCall(number, "socket(AF_XDP)", number < 0 && Errno.Last == Errno.EPERM ? "AF_XDP sockets need the capability CAP_NET_RAW" : null);
    }

    private LinuxError? RegisterMemory()
    {
        var pool = memory.Pool;
        if (pool.Stride > LongestChunk)
            return new LinuxError("register(frames)", Errno.EINVAL, $"the worker's frames take {pool.Stride} bytes each, and AF_XDP knows no more than a page");
        var registration = new Libc.XdpUmemReg
        {
            Address = (ulong)pool.Memory,
            Length = pool.MemoryLength,
            ChunkSize = (uint)pool.Stride,
            Flags = Libc.XDP_UMEM_UNALIGNED_CHUNK_FLAG,
        };
        if (Libc.setsockopt(Descriptor.Number, Libc.SOL_XDP, Libc.XDP_UMEM_REG, &registration, (uint)sizeof(Libc.XdpUmemReg)) >= 0)
            return null;
        var detail = Errno.Last == Errno.ENOBUFS
            ? $"{pool.MemoryLength >> 20} MiB are more than may be locked in memory; raise LimitMEMLOCK, or add the capability CAP_IPC_LOCK" : null;
        return LinuxError.Last("setsockopt(XDP_UMEM_REG)", detail);
    }

    private LinuxError? MakeRings(uint size)
    {
        var failure = SetSize(Descriptor, Libc.XDP_RX_RING, size, "XDP_RX_RING")
            ?? SetSize(Descriptor, Libc.XDP_UMEM_FILL_RING, size, "XDP_UMEM_FILL_RING")
            ?? SetSize(Descriptor, Libc.XDP_UMEM_COMPLETION_RING, CompletionRingSize, "XDP_UMEM_COMPLETION_RING")
            ?? SetSize(sender, Libc.XDP_TX_RING, TransmitRingSize, "XDP_TX_RING")
            ?? SetSendBuffer();
        if (failure is not null)
            return failure;

        // Kernels before 6.17 do not know it, and then send 32 frames for each system call.
        var budget = FrameVector.MaxCount;
        _ = Libc.setsockopt(sender.Number, Libc.SOL_XDP, Libc.XDP_MAX_TX_SKB_BUDGET, &budget, sizeof(int));

        Libc.XdpMmapOffsets offsets;
        var length = (uint)sizeof(Libc.XdpMmapOffsets);
        if (Libc.getsockopt(Descriptor.Number, Libc.SOL_XDP, Libc.XDP_MMAP_OFFSETS, &offsets, &length) < 0)
            return LinuxError.Last("getsockopt(XDP_MMAP_OFFSETS)");
        return XdpRing<Libc.XdpDesc>.Map(Descriptor, offsets.Rx, Libc.XDP_PGOFF_RX_RING, size).TryGet(out receive, out var error)
            && XdpRing<Libc.XdpDesc>.Map(sender, offsets.Tx, Libc.XDP_PGOFF_TX_RING, TransmitRingSize).TryGet(out transmit, out error)
            && XdpRing<ulong>.Map(Descriptor, offsets.Fill, Libc.XDP_UMEM_PGOFF_FILL_RING, size).TryGet(out fill, out error)
            && XdpRing<ulong>.Map(Descriptor, offsets.Completion, Libc.XDP_UMEM_PGOFF_COMPLETION_RING, CompletionRingSize).TryGet(out completion, out error)
            ? null : error;
    }

    private static LinuxError? SetSize(FileDescriptor socket, int option, uint entries, string name) =>
        Libc.setsockopt(socket.Number, Libc.SOL_XDP, option, &entries, sizeof(uint)) < 0 ? LinuxError.Last($"setsockopt({name})") : null;

    private LinuxError? SetSendBuffer() =>
        AfPacket.PacketSocket.SetBuffer(sender, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, SendBuffer, "SO_SNDBUF");

    /// <summary>The kernel frees a queue a little after its last socket was closed, so that one that is busy is tried again for a while.</summary>
    private LinuxError? Bind(int interfaceIndex, int queue)
    {
        for (var waited = 0; ; waited += BusyPauseMilliseconds)
        {
            var failure = BindToAny(interfaceIndex, queue);
            if (failure is null)
            {
                isBound = true;
                memory.Add(Descriptor);
                // On the same queue, sockets share its fill and completion ring too.
                return Bind(sender, interfaceIndex, queue, Libc.XDP_SHARED_UMEM, Descriptor.Number);
            }

            if (failure.Value.Errno != Errno.EBUSY || waited >= BusyPatienceMilliseconds)
                return failure;
            Thread.Sleep(BusyPauseMilliseconds);
        }
    }

    /// <summary>Shares the memory with a socket that is bound; one whose interface is gone no longer is, and the kernel says EBADF.</summary>
    private LinuxError? BindToAny(int interfaceIndex, int queue)
    {
        foreach (var sharer in memory.Sockets)
        {
            var failure = Bind(Descriptor, interfaceIndex, queue, Libc.XDP_SHARED_UMEM, sharer.Number);
            if (failure?.Errno != Errno.EBADF)
                return failure;
        }

        // Copy mode in any case: without a copy, a driver needs frames that do not cross pages, and the pool's do.
        if (!isRegistered && RegisterMemory() is { } refused)
            return refused;
        isRegistered = true;
        return Bind(Descriptor, interfaceIndex, queue, Libc.XDP_COPY | Libc.XDP_USE_NEED_WAKEUP, 0);
    }

    private static LinuxError? Bind(FileDescriptor socket, int interfaceIndex, int queue, ushort flags, int sharer)
    {
        var address = new Libc.SockAddrXdp
        {
            Family = Libc.AF_XDP,
            Flags = flags,
            IfIndex = interfaceIndex,
            QueueId = (uint)queue,
            SharedUmemFd = sharer,
        };
        if (Libc.bind(socket.Number, &address, (uint)sizeof(Libc.SockAddrXdp)) >= 0)
            return null;
        var detail = Errno.Last == Errno.EBUSY ? "another AF_XDP socket has the queue: another router, or another tool" : null;
        return LinuxError.Last($"bind(AF_XDP, queue {queue})", detail);
    }
}
