using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Offload;

namespace VRouter.Io.Ports.Tap;

/// <summary>
/// Moves frames through a TAP device's descriptor, one system call each. Super-frames cross whole; TCP segments that go out together and belong together are
/// written as one.
/// </summary>
internal sealed unsafe class TapChannel : IDisposable
{
    private const int BufferSize = VirtioNetHeader.Size + FramePool.LargeFrameCapacity;
    private const int TagSize = 4;
    private const int NothingWaits = -1;

    // What is sent next should still be in the second-level cache.
    private const int LongBytesPerCall = 256 << 10;

    private readonly FileDescriptor descriptor;
    private readonly PortCounters counters;
    private readonly OffloadIntake intake;
    private readonly SegmentCoalescer coalescer = new();
    private byte* buffer; // a frame that has to be finished or cut, behind its virtio-net header
    private int waiting = NothingWaits;  // its length, while the worker has not got all of it yet
    private VirtioNetHeader* header;
    private Libc.IoVec* vectors;

    public TapChannel(FileDescriptor descriptor, PortCounters counters)
    {
        this.descriptor = descriptor;
        this.counters = counters;
        intake = new OffloadIntake(counters);
        buffer = (byte*)NativeMemory.Alloc(BufferSize);
        header = (VirtioNetHeader*)NativeMemory.AllocZeroed(VirtioNetHeader.Size);
        vectors = (Libc.IoVec*)NativeMemory.AllocZeroed(FrameVector.MaxCount + 1, (nuint)sizeof(Libc.IoVec));
    }

    public int Descriptor => descriptor.Number;

    /// <summary>True if a frame was read that the worker has not got yet.</summary>
    public bool HasFrame => waiting != NothingWaits;

    /// <summary>True while there is the device, in whichever network namespace.</summary>
    public bool HasDevice()
    {
        var request = default(Libc.IfReq);
        return Libc.ioctl(descriptor.Number, Libc.TUNGETIFF, &request) >= 0;
    }

    /// <summary>Reads frames until none waits or the vector or pool has no more room. <see cref="Errno.EAGAIN"/> is not an error here.</summary>
    public Errno Receive(FramePool pool, FrameVector vector, long now)
    {
        var longBytes = 0;
        while (vector.Room > 0 && longBytes < LongBytesPerCall)
        {
            if (waiting == NothingWaits)
            {
                var length = Read(pool, vector, now);
                if (length < 0)
                {
                    var error = Errno.Last;
                    if (error == Errno.EINTR)
                        continue;
                    return error == Errno.EAGAIN ? Errno.None : error;
                }

                if (length > pool.FrameCapacity)
                    longBytes += (int)length;
                if (waiting == NothingWaits)
                    continue;
            }

            var bytes = new Span<byte>(buffer, waiting);
            if (!intake.TryAdd(pool, vector, bytes[VirtioNetHeader.Size..], VirtioNetHeader.Read(bytes), default, now))
                break;
            waiting = NothingWaits;
        }

        return Errno.None;
    }

    /// <summary>Writes the vector's frames and their verdicts, as <see cref="IPort.Transmit"/> says.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="mtu">The device takes frames of any length, so that the MTU is enforced here.</param>
    /// <returns>The last error met, or none.</returns>
    public Errno Transmit(FrameVector vector, int mtu)
    {
        var error = Errno.None;
        var verdicts = vector.Verdicts;
        coalescer.Group(vector, mtu + EthernetHeader.Size);
        foreach (var head in coalescer.Heads)
        {
            var reason = DropReason.TxTooLong;
            var first = vector[head];
            if (coalescer.NextOf(head) >= 0 || SuperFrames.Is(first) || first.Metadata.Length <= MaximumLength(first.Bytes, mtu))
            {
                var failure = Write(vector, head);
                reason = ReasonOf(failure);
                error = failure.IsError ? failure : error;
            }

            for (var frame = head; frame >= 0; frame = coalescer.NextOf(frame))
                verdicts[frame] = PortTransmission.Count(counters, vector[frame].Metadata.Length, reason);
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(buffer);
        NativeMemory.Free(header);
        NativeMemory.Free(vectors);
        buffer = null;
        header = null;
        vectors = null;
        descriptor.Dispose();
    }

    /// <summary>
    /// Reads one frame and adds it. A super-frame goes straight into a large frame of the pool and from there to the worker. For what the worker has no room just now
    /// is left in the buffer, and <see cref="waiting"/> is set.
    /// </summary>
    /// <returns>The length with its virtio-net header, or a negative number for an error.</returns>
    private nint Read(FramePool pool, FrameVector vector, long now)
    {
        var inPool = pool.TryRentLarge(out var frame);
        var bytes = inPool ? frame.BytesInFront(VirtioNetHeader.Size) : buffer;
        var length = Libc.read(descriptor.Number, bytes, BufferSize);
        if (length is > VirtioNetHeader.Size and < BufferSize)
        {
            var offload = VirtioNetHeader.Read(new ReadOnlySpan<byte>(bytes, VirtioNetHeader.Size));
            var content = new Span<byte>(bytes + VirtioNetHeader.Size, (int)length - VirtioNetHeader.Size);
            if (inPool)
            {
                frame.Reset(pool, content.Length);
                if (intake.TryAddWhole(pool, vector, frame, offload, default, now))
                    return length;
            }

            if (!intake.TryAdd(pool, vector, content, offload, default, now))
            {
                waiting = (int)length;
                if (inPool)
                    Buffer.MemoryCopy(bytes, buffer, BufferSize, waiting);
            }
        }
        else if (length >= 0)
        {
            counters.CountReceiveDrop(DropReason.RxTruncated);
        }

        if (inPool)
            pool.Return(frame);
        return length;
    }

    private static int MaximumLength(ReadOnlySpan<byte> frame, int mtu)
    {
        var isTagged = frame.Length >= EthernetHeader.Size && frame[2 * MacAddress.Size] == EtherType.Vlan >> 8 && frame[(2 * MacAddress.Size) + 1] == 0;
        return mtu + EthernetHeader.Size + (isTagged ? TagSize : 0);
    }

    private static DropReason ReasonOf(Errno error)
    {
        if (!error.IsError)
            return DropReason.None;
        if (error == Errno.EAGAIN || error == Errno.ENOBUFS)
            return DropReason.TxRingFull;
        return error == Errno.EIO || error == Errno.EBADFD ? DropReason.PortDown : DropReason.TxRefused;
    }

    private Errno Write(FrameVector vector, int head)
    {
        *header = coalescer.HeaderOf(head);
        vectors[0] = new Libc.IoVec { Base = header, Length = VirtioNetHeader.Size };
        vectors[1] = VectorOf(vector[head].Bytes);
        var count = 2;
        for (var frame = coalescer.NextOf(head); frame >= 0; frame = coalescer.NextOf(frame))
            vectors[count++] = VectorOf(vector[frame].Bytes[coalescer.PayloadStartOf(frame)..]);
        while (Libc.writev(descriptor.Number, vectors, count) < 0)
        {
            if (Errno.Last != Errno.EINTR)
                return Errno.Last;
        }

        return Errno.None;
    }

    // Frames are native memory, which does not move.
    private static Libc.IoVec VectorOf(Span<byte> bytes) => new() { Base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), Length = (nuint)bytes.Length };
}
