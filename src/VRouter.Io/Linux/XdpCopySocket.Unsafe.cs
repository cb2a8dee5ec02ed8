namespace VRouter.Io.Linux;

/// <summary>
/// The sending half of an AF_XDP socket in copy mode, with memory of its own (Documentation/networking/af_xdp.rst). It needs no XDP program and receives nothing. The kernel takes frames within
/// <see cref="Kick"/> and copies them there, so that a chunk is free again as soon as its entry is consumed. Over a veth pair a frame costs about a third less than by sendmmsg(2) on a packet
/// socket. One thread at a time.
/// </summary>
internal sealed unsafe class XdpCopySocket : IDisposable
{
    /// <summary>Bytes of the longest frame.</summary>
    public const int ChunkSize = XdpCopyMemory.ChunkSize;

    private const int SendBuffer = 8 << 20;
    private const int SolXdp = 283, MmapOffsets = 1, TransmitRing = 3, UmemReg = 4, UmemFillRing = 5, UmemCompletionRing = 6, MaxSendBudget = 9;
    private const ushort SharedMemoryFlag = 1 << 0, CopyFlag = 1 << 1;
    private const long TransmitRingPage = 0x8000_0000, CompletionRingPage = 0x1_8000_0000;

    private readonly FileDescriptor socket;
    private readonly uint mask;
    private readonly XdpCopyMemory memory;
    private readonly ulong start; // of its part of the memory
    private XdpCopyCompletions? completions;
    private byte* transmit;
    private nuint transmitBytes;
    private Offsets offsets;
    private uint noted;
    private bool isDisposed;

    private XdpCopySocket(FileDescriptor socket, uint entries, XdpCopyMemory memory, int part)
    {
        this.socket = socket;
        mask = entries - 1;
        this.memory = memory;
        memory.Enter();
        start = (ulong)part * entries * ChunkSize;
    }

    /// <summary>Entries of the ring, each with a chunk.</summary>
    public uint Entries => mask + 1;

    /// <summary>The queue that it is bound to.</summary>
    public int Queue { get; private set; }

    /// <summary>Entries that were handed to the kernel, since the socket was opened, modulo 2^32.</summary>
    public uint Produced { get; private set; }

    /// <summary>
    /// Entries that the kernel has consumed, counted alike. The kernel writes this index after it has sent something, or when it finds no more entries; so behind a frame that the interface dropped, or
    /// an entry that was withdrawn, it may come late.
    /// </summary>
    public uint Consumed => Volatile.Read(ref *(uint*)(transmit + offsets.Transmit.Consumer));

    /// <summary>Opens a socket on queue 0 of an interface of the calling thread's network namespace.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="entries">Entries of the ring, a power of two.</param>
    /// <returns>The socket, or why not: EAFNOSUPPORT if the kernel has no such sockets, EBUSY if another has the queue.</returns>
    public static Result<XdpCopySocket> Open(int interfaceIndex, uint entries)
    {
        var memory = new XdpCopyMemory(entries);
        var opened = Open(interfaceIndex, 0, entries, memory, 0, null);
        memory.Leave();
        return opened;
    }

    /// <summary>
    /// Opens a socket for each of several threads: on a queue of its own each, as far as the interface has so many in use and no other program has them; the others on queue 0 beside the first, whose
    /// completion ring they share.
    /// </summary>
    /// <param name="interfaceIndex">An interface of the calling thread's network namespace.</param>
    /// <param name="entries">Entries of each ring, a power of two.</param>
    /// <param name="count">Number of sockets.</param>
    /// <returns>As many as the kernel gives.</returns>
    public static IReadOnlyList<XdpCopySocket> OpenSeveral(int interfaceIndex, uint entries, int count)
    {
        var sockets = new List<XdpCopySocket>(count);
        var memory = new XdpCopyMemory(entries * (uint)count);
        while (sockets.Count < count)
        {
            var first = sockets.Count == 0 ? null : sockets[0];
            if (!Open(interfaceIndex, sockets.Count, entries, memory, sockets.Count, first).TryGet(out var opened, out _)
                && (first is null || !Open(interfaceIndex, first.Queue, entries, memory, sockets.Count, first).TryGet(out opened, out _)))
                break;
            sockets.Add(opened);
        }

        memory.Leave();
        return sockets;
    }

    /// <summary>The chunk of an entry, by its number as <see cref="Produced"/> counts.</summary>
    public Span<byte> ChunkOf(uint number) => new(memory.Start + AddressOf(number), ChunkSize);

    /// <summary>Writes an entry that sends the first bytes of its chunk.</summary>
    public void Set(uint number, int length) => *EntryAt(number) = new Descriptor { Address = AddressOf(number), Length = (uint)length, Options = 0 };

    /// <summary>Makes an entry one that the kernel passes over, at the cost of a <see cref="Kick"/> each.</summary>
    public void Withdraw(uint number) => *EntryAt(number) = new Descriptor { Address = memory.Length, Length = 0, Options = 0 };

    /// <summary>Hands the next entries to the kernel; they are sent by <see cref="Kick"/>.</summary>
    public void Publish(uint count)
    {
        Produced += count;
        Volatile.Write(ref *(uint*)(transmit + offsets.Transmit.Producer), Produced);
    }

    /// <summary>
    /// Lets the kernel send. EAGAIN: there is more to send, or no room; EBUSY: the last frame that it has taken was dropped by the interface; ENETDOWN: the interface is down.
    /// </summary>
    public Errno Kick() => Libc.sendto(socket.Number, null, 0, Libc.MSG_DONTWAIT, null, 0) < 0 ? Errno.Last : Errno.None;

    /// <summary>Takes note of frames that the kernel is done with, so that it has room for more; to be called before each batch.</summary>
    /// <returns>How many, since the last call: of all sockets that share the ring.</returns>
    public uint Reap()
    {
        completions!.MakeRoom();
        var before = noted;
        noted = completions.Noted;
        return noted - before;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        if (transmit != null)
            Libc.munmap((nint)transmit, transmitBytes);
        transmit = null;
        completions?.Leave();
        socket.Dispose();
        memory.Leave();
    }

    private static Result<XdpCopySocket> Open(int interfaceIndex, int queue, uint entries, XdpCopyMemory memory, int part, XdpCopySocket? first)
    {
        if (!FileDescriptor.FromCall(Libc.socket(Libc.AF_XDP, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0), "socket(AF_XDP)").TryGet(out var socket, out var error))
            return error;
        var opened = new XdpCopySocket(socket, entries, memory, part) { Queue = queue };
        if (opened.Configure(interfaceIndex, first) is not { } failure)
            return opened;
        opened.Dispose();
        return failure;
    }

    private ulong AddressOf(uint number) => start + ((number & mask) * ChunkSize);

    private Descriptor* EntryAt(uint number) => (Descriptor*)(transmit + offsets.Transmit.Entries) + (number & mask);

    private LinuxError? Configure(int interfaceIndex, XdpCopySocket? first)
    {
        var sharesQueue = first is not null && first.Queue == Queue;
        uint completionEntries = XdpCopyCompletions.Entries, entries = Entries;
        var buffer = SendBuffer;
        Offsets places;
        var length = (uint)sizeof(Offsets);
        if ((first is null && !TryRegister())
            || (!sharesQueue && (Libc.setsockopt(socket.Number, SolXdp, UmemFillRing, &entries, sizeof(uint)) < 0
                || Libc.setsockopt(socket.Number, SolXdp, UmemCompletionRing, &completionEntries, sizeof(uint)) < 0))
            || Libc.setsockopt(socket.Number, SolXdp, TransmitRing, &entries, sizeof(uint)) < 0
            || Libc.getsockopt(socket.Number, SolXdp, MmapOffsets, &places, &length) < 0)
            return LinuxError.Last("setsockopt(AF_XDP)");
        // Kernels before 6.17 send 32 frames for each call, and are called more often.
        _ = Libc.setsockopt(socket.Number, SolXdp, MaxSendBudget, &entries, sizeof(uint));
        if (Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, &buffer, sizeof(int)) < 0)
            _ = Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_SNDBUF, &buffer, sizeof(int));
        offsets = places;
        transmitBytes = (nuint)offsets.Transmit.Entries + (Entries * (nuint)sizeof(Descriptor));
        if (!TryMap(transmitBytes, TransmitRingPage, out transmit) || !TryGetCompletions(sharesQueue ? first : null))
            return LinuxError.Last("mmap(AF_XDP ring)");
        var address = new Address
        {
            Family = Libc.AF_XDP,
            Flags = first is null ? CopyFlag : SharedMemoryFlag,
            InterfaceIndex = (uint)interfaceIndex,
            Queue = (uint)Queue,
            SharedUmem = first is null ? 0 : (uint)first.socket.Number,
        };
        return Libc.bind(socket.Number, &address, (uint)sizeof(Address)) < 0 ? LinuxError.Last("bind(AF_XDP)") : null;
    }

    private bool TryRegister()
    {
        var registration = new Registration { Address = (ulong)memory.Start, Length = memory.Length, ChunkSize = ChunkSize };
        return Libc.setsockopt(socket.Number, SolXdp, UmemReg, &registration, (uint)sizeof(Registration)) >= 0;
    }

    private bool TryGetCompletions(XdpCopySocket? sharer)
    {
        completions = sharer?.completions;
        if (completions is null)
        {
            var bytes = (nuint)offsets.Completion.Entries + (XdpCopyCompletions.Entries * sizeof(ulong));
            if (!TryMap(bytes, CompletionRingPage, out var ring))
                return false;
            completions = new XdpCopyCompletions(ring, bytes, offsets.Completion.Producer, offsets.Completion.Consumer);
        }

        completions.Enter();
        return true;
    }

    private bool TryMap(nuint bytes, long page, out byte* mapped)
    {
        var address = Libc.mmap(0, bytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Libc.MAP_POPULATE, socket.Number, (nint)page);
        mapped = address == -1 ? null : (byte*)address;
        return address != -1;
    }

    /// <summary>struct xdp_ring_offset.</summary>
    private struct RingOffsets
    {
        public ulong Producer;
        public ulong Consumer;
        public ulong Entries;
        public ulong Flags;
    }

    /// <summary>struct xdp_mmap_offsets.</summary>
    private struct Offsets
    {
        public RingOffsets Receive;
        public RingOffsets Transmit;
        public RingOffsets Fill;
        public RingOffsets Completion;
    }

    /// <summary>struct xdp_umem_reg.</summary>
    private struct Registration
    {
        public ulong Address;
        public ulong Length;
        public uint ChunkSize;
        public uint Headroom;
        public uint Flags;
        public uint MetadataLength;
    }

    /// <summary>struct xdp_desc.</summary>
    private struct Descriptor
    {
        public ulong Address;
        public uint Length;
        public uint Options;
    }

    /// <summary>struct sockaddr_xdp.</summary>
    private struct Address
    {
        public ushort Family;
        public ushort Flags;
        public uint InterfaceIndex;
        public uint Queue;
        public uint SharedUmem;
    }
}
