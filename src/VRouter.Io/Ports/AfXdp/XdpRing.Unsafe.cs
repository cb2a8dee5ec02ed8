using System.Runtime.CompilerServices;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// One of the four rings that an AF_XDP socket shares with the kernel: a power of two of entries, and two indices that only ever grow (modulo 2^32), each written by
/// one side. The other side's index is read again only when what is known of it does not suffice, so that its cache line seldom moves.
/// </summary>
/// <remarks>
/// On the fill and transmit ring this process produces: <see cref="Free"/>, <see cref="Next"/>, <see cref="Publish"/>. On the others it consumes:
/// <see cref="Filled"/>, <see cref="At"/>, <see cref="Release"/>. An entry is written before the index that covers it (store-release), and read after it (load-acquire).
/// </remarks>
/// <typeparam name="TEntry">An address for the fill and completion ring, else a descriptor.</typeparam>
internal sealed unsafe class XdpRing<TEntry> : IDisposable
    where TEntry : unmanaged
{
    private readonly uint* producerIndex;
    private readonly uint* consumerIndex;
    private readonly uint* flags;
    private readonly TEntry* entries;
    private readonly uint mask;
    private readonly nint mapping;
    private readonly nuint mappingLength;
    private uint producer;
    private uint consumer;
    private bool isDisposed;

    /// <summary>A ring in memory that the caller keeps, with its indices as they are.</summary>
    internal XdpRing(uint* producerIndex, uint* consumerIndex, uint* flags, TEntry* entries, uint size)
    {
        this.producerIndex = producerIndex;
        this.consumerIndex = consumerIndex;
        this.flags = flags;
        this.entries = entries;
        mask = size - 1;
        producer = Volatile.Read(ref *producerIndex);
        consumer = Volatile.Read(ref *consumerIndex);
    }

    private XdpRing(nint mapping, nuint mappingLength, in Libc.XdpRingOffset at, uint size)
        : this((uint*)(mapping + (nint)at.Producer), (uint*)(mapping + (nint)at.Consumer), (uint*)(mapping + (nint)at.Flags), (TEntry*)(mapping + (nint)at.Descriptors), size)
    {
        this.mapping = mapping;
        this.mappingLength = mappingLength;
    }

    /// <summary>Number of entries.</summary>
    public uint Size => mask + 1;

    /// <summary>True if the kernel goes on with the ring only when a system call asks it to.</summary>
    public bool NeedsWakeup => (Volatile.Read(ref *flags) & Libc.XDP_RING_NEED_WAKEUP) != 0;

    /// <summary>Entries that the kernel has consumed, counted from the socket's start, modulo 2^32.</summary>
    public uint Consumed => consumer = Volatile.Read(ref *consumerIndex);

    /// <summary>Entries that this process has produced, counted in the same way.</summary>
    public uint Produced => producer;

    /// <summary>Maps a ring of a socket.</summary>
    public static Result<XdpRing<TEntry>> Map(FileDescriptor socket, in Libc.XdpRingOffset at, long pageOffset, uint size)
    {
        var length = (nuint)at.Descriptors + ((nuint)size * (nuint)sizeof(TEntry));
        var mapped = Libc.mmap(0, length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Libc.MAP_POPULATE, socket.Number, (nint)pageOffset);
        return mapped == -1 ? LinuxError.Last("mmap(AF_XDP ring)") : new XdpRing<TEntry>(mapped, length, at, size);
    }

    /// <summary>Producer: how many entries can be written, at least <paramref name="wanted"/> if there are so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Free(uint wanted)
    {
        var free = Size - (producer - consumer);
        if (free >= wanted)
            return free;
        consumer = Volatile.Read(ref *consumerIndex);
        return Size - (producer - consumer);
    }

    /// <summary>Producer: the entry that many places behind the last published one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TEntry Next(uint place) => ref entries[(producer + place) & mask];

    /// <summary>Producer: hands the next entries to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(uint count)
    {
        producer += count;
        Volatile.Write(ref *producerIndex, producer);
    }

    /// <summary>Consumer: how many entries wait; the kernel's index is read only if none is known of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Filled()
    {
        if (producer == consumer)
            producer = Volatile.Read(ref *producerIndex);
        return producer - consumer;
    }

    /// <summary>Consumer: an entry that waits, by its place from the oldest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly TEntry At(uint place) => ref entries[(consumer + place) & mask];

    /// <summary>Either side: an entry by its number as <see cref="Produced"/> and <see cref="Consumed"/> count.</summary>
    public ref TEntry Numbered(uint number) => ref entries[number & mask];

    /// <summary>Consumer: gives the oldest entries back to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(uint count)
    {
        consumer += count;
        Volatile.Write(ref *consumerIndex, consumer);
    }

    /// <summary>Unmaps the ring.</summary>
    public void Dispose()
    {
        if (isDisposed || mapping == 0)
            return;
        isDisposed = true;
        Libc.munmap(mapping, mappingLength);
    }
}
