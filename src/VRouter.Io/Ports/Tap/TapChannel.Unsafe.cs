using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Offload;

namespace VRouter.Io.Ports.Tap;

/// <summary>Moves frames through a TAP device's descriptor, one system call each, super-frames on the way in.</summary>
internal sealed unsafe class TapChannel : IDisposable
{
    private const int BufferSize = VirtioNetHeader.Size + EthernetHeader.Size + IPv4Header.MaximumTotalLength + 64;
    private const int TagSize = 4;

    private readonly FileDescriptor descriptor;
    private readonly PortCounters counters;
    private readonly OffloadIntake intake;
    private byte* buffer; // the frame that was read last, behind its virtio-net header
    private int waiting;  // bytes in the buffer that the worker has not got yet
    private byte* noOffload;

    public TapChannel(FileDescriptor descriptor, PortCounters counters)
    {
        this.descriptor = descriptor;
        this.counters = counters;
        intake = new OffloadIntake(counters);
        buffer = (byte*)NativeMemory.Alloc(BufferSize);
        noOffload = (byte*)NativeMemory.AllocZeroed(VirtioNetHeader.Size);
    }

    public int Descriptor => descriptor.Number;

    /// <summary>Reads frames until none waits or the vector or pool has no more room. <see cref="Errno.EAGAIN"/> is not an error here.</summary>
    public Errno Receive(FramePool pool, FrameVector vector, long now)
    {
        while (vector.Room > 0)
        {
            if (waiting == 0)
            {
                var length = Libc.read(descriptor.Number, buffer, BufferSize);
                if (length < 0)
                {
                    var error = Errno.Last;
                    if (error == Errno.EINTR)
                        continue;
                    return error == Errno.EAGAIN ? Errno.None : error;
                }

                if (length is <= VirtioNetHeader.Size or BufferSize)
                {
                    counters.CountReceiveDrop(DropReason.RxTruncated);
                    continue;
                }

                waiting = (int)length;
            }

            var bytes = new Span<byte>(buffer, waiting);
            if (!intake.TryAdd(pool, vector, bytes[VirtioNetHeader.Size..], VirtioNetHeader.Read(bytes), default, now))
                break;
            waiting = 0;
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
        for (var i = 0; i < verdicts.Length; i++)
        {
            var bytes = vector[i].Bytes;
            var reason = DropReason.TxTooLong;
            if (bytes.Length <= MaximumLength(bytes, mtu))
            {
                var failure = Write(bytes);
                reason = ReasonOf(failure);
                error = failure.IsError ? failure : error;
            }

            verdicts[i] = PortTransmission.Count(counters, bytes.Length, reason);
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(buffer);
        NativeMemory.Free(noOffload);
        buffer = null;
        noOffload = null;
        descriptor.Dispose();
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

    private Errno Write(ReadOnlySpan<byte> bytes)
    {
        var vectors = stackalloc Libc.IoVec[2];
        vectors[0] = new Libc.IoVec { Base = noOffload, Length = VirtioNetHeader.Size };
        vectors[1] = new Libc.IoVec { Base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), Length = (nuint)bytes.Length }; // native memory
        while (Libc.writev(descriptor.Number, vectors, 2) < 0)
        {
            if (Errno.Last != Errno.EINTR)
                return Errno.Last;
        }

        return Errno.None;
    }
}
