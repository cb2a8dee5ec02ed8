using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using VRouter.Core.Wire;

namespace VRouter.Core.Frames;

/// <summary>
/// The frames of one worker: native memory in slots of one size, and a stack of those that are free; beside them a few large slots for super-frames, whose memory
/// is touched only as far as it is used. Not thread-safe: a worker shares nothing.
/// <see cref="Outstanding"/> proves that every frame came back.
/// </summary>
public sealed unsafe class FramePool : IDisposable
{
    /// <summary>The longest super-frame in bytes: the longest IPv4 packet, and an Ethernet header with two tags.</summary>
    public const int LargeFrameCapacity = EthernetHeader.Size + 8 + IPv4Header.MaximumTotalLength;

    private const int CacheLineBits = 6;
    private const int CacheLine = 1 << CacheLineBits;
    private static readonly nuint LargeStride = StrideFor(LargeFrameCapacity);
    private static readonly nuint LargeInverse = InverseOf(LargeStride / CacheLine);
    private const int Page = 4096;
    private readonly int[] free;
    private readonly bool[] isOut;
    private readonly int[] freeLarge;
    private readonly bool[] isLargeOut;
    private readonly nuint stride;
    private readonly nuint inverse;
    private byte* memory;
    private byte* largeMemory;
    private int freeCount;
    private int freeLargeCount;

    /// <summary>Takes the memory at once.</summary>
    /// <param name="count">Number of frames.</param>
    /// <param name="frameCapacity">The longest frame in bytes, Ethernet header included, without headroom.</param>
    /// <param name="largeCount">Number of frames beside these that take a super-frame; 0 for a router that shall see none.</param>
    public FramePool(int count = 4096, int frameCapacity = 1856, int largeCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameCapacity, 64);
        ArgumentOutOfRangeException.ThrowIfNegative(largeCount);
        Capacity = count + largeCount;
        FrameCapacity = frameCapacity;
        stride = StrideFor(frameCapacity);
        inverse = InverseOf(stride / CacheLine);
        isOut = new bool[count];
        memory = (byte*)NativeMemory.AlignedAlloc(MemoryLength, Page);
        free = new int[count];
        for (var slot = 0; slot < count; slot++)
        {
            free[count - 1 - slot] = slot;
            At(slot).Metadata = new FrameMetadata { Slot = slot };
        }

        freeCount = count;
        freeLarge = new int[largeCount];
        isLargeOut = new bool[largeCount];
        largeMemory = largeCount > 0 ? (byte*)NativeMemory.AlignedAlloc((nuint)largeCount * LargeStride, CacheLine) : null;
        for (var index = 0; index < largeCount; index++)
        {
            freeLarge[largeCount - 1 - index] = index;
            LargeAt(index).Metadata = new FrameMetadata { Slot = count + index };
        }

        freeLargeCount = largeCount;
    }

    /// <summary>Frees the memory if <see cref="Dispose"/> was forgotten.</summary>
    ~FramePool() => Free();

    /// <summary>Number of frames, free or not, the large ones included.</summary>
    public int Capacity { get; }

    /// <summary>Number of frames that take a super-frame, free or not.</summary>
    public int LargeFrames => freeLarge.Length;

    /// <summary>True if there are large frames: ports may then hand over super-frames whole.</summary>
    public bool TakesSuperFrames => freeLarge.Length > 0;

    /// <summary>The longest frame in bytes that a slot takes with full headroom in front, large ones left aside.</summary>
    public int FrameCapacity { get; }

    /// <summary>Where slot 0 begins, at the start of a page: for drivers that share the memory with the kernel. 0 after <see cref="Dispose"/>.</summary>
    public nint Memory => (nint)memory;

    /// <summary>Bytes of the memory: whole pages. Large frames are elsewhere.</summary>
    public nuint MemoryLength => (((nuint)isOut.Length * stride) + Page - 1) & ~(nuint)(Page - 1);

    /// <summary>Bytes from one slot to the next.</summary>
    public int Stride => (int)stride;

    /// <summary>Frames that were rented and not returned.</summary>
    public int Outstanding => Capacity - freeCount - freeLargeCount;

    /// <summary>Frames that <see cref="TryRent"/> can give now.</summary>
    public int Available => freeCount;

    /// <summary>Frames that <see cref="TryRentLarge"/> can give now.</summary>
    public int AvailableLarge => freeLargeCount;

    /// <summary>Takes a free frame: empty, standard headroom, metadata cleared.</summary>
    /// <returns>False if every frame is out.</returns>
    public bool TryRent(out Frame frame)
    {
        if (freeCount == 0)
        {
            frame = default;
            return false;
        }

        var slot = free[--freeCount];
        frame = At(slot);
        isOut[slot] = true;
        Begin(frame, slot);
        return true;
    }

    /// <summary>Takes a free frame of <see cref="LargeFrameCapacity"/> bytes; else as <see cref="TryRent"/>.</summary>
    /// <returns>False if every large frame is out.</returns>
    public bool TryRentLarge(out Frame frame)
    {
        if (freeLargeCount == 0)
        {
            frame = default;
            return false;
        }

        var index = freeLarge[--freeLargeCount];
        frame = LargeAt(index);
        isLargeOut[index] = true;
        Begin(frame, free.Length + index);
        return true;
    }

    /// <summary>The longest frame in bytes that this one's slot takes with full headroom in front.</summary>
    public int CapacityOf(Frame frame) => IsLarge(frame) ? LargeFrameCapacity : FrameCapacity;

    /// <summary>True for a frame of <see cref="TryRentLarge"/>.</summary>
    public bool IsLarge(Frame frame) => frame.Metadata.Slot >= free.Length;

    /// <summary>Finds a frame that is out by the place of its slot.</summary>
    /// <param name="offset">Bytes from <see cref="Memory"/> to the slot's first byte.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="slot">The slot's number, found without a look at the frame's memory.</param>
    /// <returns>False if no slot begins there, or its frame is not out.</returns>
    public bool TryFind(ulong offset, out Frame frame, out int slot)
    {
        frame = new Frame(memory + offset);
        var number = SlotOf(frame, memory, inverse);
        slot = (int)number;
        return number < (nuint)isOut.Length && isOut[number];
    }

    /// <summary>Begins to fetch a frame's metadata and first bytes into the cache, for a loop that comes to it a few frames later; at any place it does no harm.</summary>
    /// <param name="offset">Bytes from <see cref="Memory"/> to the slot's first byte.</param>
    /// <param name="start">Bytes from there to the frame's first byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong offset, ulong start)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(memory + offset);
        Sse.Prefetch0(memory + offset + start);
    }

    /// <summary>Where a frame's slot begins, in bytes from <see cref="Memory"/>.</summary>
    /// <returns>False if the frame is a large one, or of another pool.</returns>
    public bool TryGetOffset(Frame frame, out ulong offset)
    {
        offset = (ulong)(frame.Slot - memory);
        return offset < (ulong)isOut.Length * stride;
    }

    /// <summary>Gives a frame back.</summary>
    /// <exception cref="InvalidOperationException">It is not out: returned twice, or of another pool.</exception>
    public void Return(Frame frame)
    {
        var slot = SlotOf(frame, memory, inverse);
        if (slot >= (nuint)isOut.Length)
        {
            ReturnLarge(frame);
            return;
        }

        if (!isOut[slot])
            throw new InvalidOperationException("The frame is not out of this pool: returned twice, or of another pool.");
        isOut[slot] = false;
        free[freeCount++] = (int)slot;
    }

    /// <summary>Gives frames back, in their order.</summary>
    /// <exception cref="InvalidOperationException">One is not out, as for <see cref="Return(Frame)"/>; those before it are back.</exception>
    public void Return(ReadOnlySpan<Frame> frames)
    {
        // Through locals, so that the loop keeps them in registers; the frames' own memory is not touched: EngineBenchmarks' figures hold this loop.
        var first = memory;
        var factor = inverse;
        var (count, places, outs) = (freeCount, free, isOut);
        foreach (var frame in frames)
        {
            var slot = SlotOf(frame, first, factor);
            if (slot >= (nuint)outs.Length || !outs[slot] || (uint)count >= (uint)places.Length)
            {
                freeCount = count;
                Return(frame);
                count = freeCount;
                continue;
            }

            outs[slot] = false;
            places[count++] = (int)slot;
        }

        freeCount = count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // A stride of a power of two lets all headers fall into few cache sets (measured: 2112 beats 2048 by a quarter);
    // an odd number of cache lines spreads them over all.
    private static nuint StrideFor(int frameCapacity)
    {
        var lines = (Frame.MetadataSize + Frame.Headroom + frameCapacity + CacheLine - 1) / CacheLine;
        return (nuint)((lines | 1) * CacheLine);
    }

    // Newton's iteration: each step doubles the number of true low bits, three at first.
    private static nuint InverseOf(nuint odd)
    {
        var inverse = odd;
        for (var bits = 3; bits < nuint.Size * 8; bits *= 2)
            inverse *= 2 - (odd * inverse);
        return inverse;
    }

    // The distance from slot 0, divided by the stride as a multiplication with the inverse of its odd part: what is no multiple of the stride becomes larger than
    // any slot's number, since only multiples of the odd part have a small product, and the rotation moves the bits below a cache line to the top.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint SlotOf(Frame frame, byte* first, nuint inverse) =>
        nuint.RotateRight((nuint)(frame.Slot - first), CacheLineBits) * inverse;

    private Frame At(int slot) => new(memory + ((nuint)slot * stride));

    private static void Begin(Frame frame, int slot) => frame.Metadata = new FrameMetadata
    {
        Slot = slot,
        Offset = Frame.MetadataSize + Frame.Headroom,
        RxPort = -1,
        TxPort = -1,
    };

    private Frame LargeAt(int index) => new(largeMemory + ((nuint)index * LargeStride));

    private void ReturnLarge(Frame frame)
    {
        var index = SlotOf(frame, largeMemory, LargeInverse);
        if (index >= (nuint)isLargeOut.Length || !isLargeOut[index])
            throw new InvalidOperationException("The frame is not out of this pool: returned twice, or of another pool.");
        isLargeOut[index] = false;
        freeLarge[freeLargeCount++] = (int)index;
    }

    private void Free()
    {
        if (memory == null)
            return;
        NativeMemory.AlignedFree(memory);
        NativeMemory.AlignedFree(largeMemory);
        memory = null;
        largeMemory = null;
        freeCount = 0;
        freeLargeCount = 0;
    }
}
