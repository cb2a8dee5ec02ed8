using System.Runtime.CompilerServices;

namespace VRouter.Core.Frames;

/// <summary>
/// A frame: a handle on one slot of a <see cref="FramePool"/>. The slot is native memory: <see cref="FrameMetadata"/>, headroom, bytes, tailroom,
/// so that encapsulation and decapsulation move a number and no bytes. A handle is as large as a pointer and is copied freely; who holds the frame
/// (the receiving port, the graph, the transmitting port) is a matter of the calls' contracts, and ends with <see cref="FramePool.Return(Frame)"/>.
/// </summary>
public readonly unsafe struct Frame : IEquatable<Frame>
{
    /// <summary>Bytes of a slot that <see cref="FrameMetadata"/> takes.</summary>
    public const int MetadataSize = 64;

    /// <summary>
    /// Bytes free in front of a received frame. The longest chain is that of an ICMP error about a reassembled packet, in VXLAN: IPv4 20 and ICMP 8, then IPv4 20, UDP 8, VXLAN 8 and
    /// inner Ethernet 14, then Ethernet 14: 92 bytes.
    /// </summary>
    public const int Headroom = 128;

    private readonly byte* slot;

    internal Frame(byte* slot) => this.slot = slot;

    /// <summary>True for a handle that names no slot.</summary>
    public bool IsNull => slot == null;

    /// <summary>The slot's first byte, where the metadata stands: for the loops of the fused path.</summary>
    internal byte* Slot => slot;

    /// <summary>What the router knows of the frame.</summary>
    public ref FrameMetadata Metadata
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.AsRef<FrameMetadata>(slot);
    }

    /// <summary>The frame's bytes, from the first that the current layer sees.</summary>
    public Span<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref var metadata = ref Metadata;
            return new Span<byte>(slot + metadata.Offset, metadata.Length);
        }
    }

    /// <summary>Bytes that can still be prepended.</summary>
    public int HeadroomLeft => Metadata.Offset - MetadataSize;

    /// <summary>Where the <paramref name="count"/> bytes in front of the first one stand, for headers of a driver that are no part of the frame.</summary>
    /// <exception cref="InvalidOperationException">The headroom is too small.</exception>
    public byte* BytesInFront(int count)
    {
        if ((uint)count > (uint)HeadroomLeft)
            ThrowHeadroom(count);
        return slot + Metadata.Offset - count;
    }

    /// <summary>Adds <paramref name="count"/> bytes in front, whose content is undefined, and returns all bytes.</summary>
    /// <exception cref="InvalidOperationException">The headroom is too small; check <see cref="HeadroomLeft"/> where a packet's content decides.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Prepend(int count)
    {
        ref var metadata = ref Metadata;
        if ((uint)count > (uint)(metadata.Offset - MetadataSize))
            ThrowHeadroom(count);
        metadata.Offset -= count;
        metadata.Length += count;
        return new Span<byte>(slot + metadata.Offset, metadata.Length);
    }

    /// <summary>Takes <paramref name="count"/> bytes off the front; they stay in the headroom.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The frame is shorter.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TrimFront(int count)
    {
        ref var metadata = ref Metadata;
        if ((uint)count > (uint)metadata.Length)
            ThrowTrim(count);
        metadata.Offset += count;
        metadata.Length -= count;
    }

    /// <summary>Cuts the frame to its first <paramref name="length"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The frame is shorter.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Truncate(int length)
    {
        ref var metadata = ref Metadata;
        if ((uint)length > (uint)metadata.Length)
            ThrowTrim(length);
        metadata.Length = length;
    }

    /// <summary>Starts the frame anew with standard headroom and the given length, and returns its bytes, whose content is undefined.</summary>
    /// <param name="pool">The pool that the frame comes from.</param>
    /// <param name="length">Bytes, at most the pool's <see cref="FramePool.CapacityOf"/> this frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slot is too small.</exception>
    public Span<byte> Reset(FramePool pool, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, pool.CapacityOf(this));
        ref var metadata = ref Metadata;
        metadata.Offset = MetadataSize + Headroom;
        metadata.Length = length;
        return new Span<byte>(slot + metadata.Offset, length);
    }

    /// <summary>Says where in the slot a device has put the frame's bytes.</summary>
    /// <param name="pool">The pool that the frame comes from.</param>
    /// <param name="offset">Bytes from the slot's start, at least <see cref="MetadataSize"/>.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">That is not within the slot.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Place(FramePool pool, int offset, int length)
    {
        if (offset < MetadataSize || (uint)length > (uint)(pool.Stride - offset))
            ThrowTrim(offset);
        ref var metadata = ref Metadata;
        metadata.Offset = offset;
        metadata.Length = length;
    }

    /// <inheritdoc/>
    public bool Equals(Frame other) => slot == other.slot;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((nint)slot).GetHashCode();

    /// <summary>True for handles on the same slot.</summary>
    public static bool operator ==(Frame left, Frame right) => left.slot == right.slot;

    /// <summary>True for handles on different slots.</summary>
    public static bool operator !=(Frame left, Frame right) => left.slot != right.slot;

    private static void ThrowHeadroom(int count) => throw new InvalidOperationException($"No headroom for {count} more bytes.");

    private static void ThrowTrim(int count) => throw new ArgumentOutOfRangeException(nameof(count), count, "Beyond the frame's end.");
}
