using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// The sending side. Frames go out through a <see cref="DirectSender"/> where the kernel has one; else through a packet socket of its own (one with virtio-net headers
/// wants such a header on each sent frame) by sendmmsg(2) in batches, straight to the driver (PACKET_QDISC_BYPASS).
/// </summary>
internal sealed unsafe class PacketSender : IDisposable
{
    private const int BatchSize = 64;
    private const int SendBuffer = 8 << 20;

    private readonly FileDescriptor socket;
    private readonly PortCounters counters;
    private readonly DirectSender? direct;
    private Libc.MMsgHdr* messages;
    private Libc.IoVec* vectors;

    private PacketSender(FileDescriptor socket, DirectSender? direct, PortCounters counters)
    {
        this.socket = socket;
        this.direct = direct;
        this.counters = counters;
        messages = (Libc.MMsgHdr*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Libc.MMsgHdr));
        vectors = (Libc.IoVec*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(Libc.IoVec));
        for (var i = 0; i < BatchSize; i++)
        {
            messages[i].Header.Vectors = vectors + i;
            messages[i].Header.VectorCount = 1;
        }
    }

    /// <summary>Opens a sender on an interface of the calling thread's network namespace.</summary>
    public static Result<PacketSender> Open(string interfaceName, int interfaceIndex, PortCounters counters)
    {
        if (!PacketSocket.Open().TryGet(out var socket, out var error))
            return error;
        var failure = PacketSocket.Set(socket, Libc.SOL_PACKET, Libc.PACKET_QDISC_BYPASS, 1, "PACKET_QDISC_BYPASS")
            ?? PacketSocket.SetBuffer(socket, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, SendBuffer, "SO_SNDBUF")
            ?? PacketSocket.Bind(socket, interfaceIndex, 0, interfaceName);
        if (failure is null)
            return new PacketSender(socket, DirectSender.TryOpen(interfaceIndex, counters), counters);
        socket.Dispose();
        return failure.Value;
    }

    /// <summary>Sends the vector's frames and writes their verdicts, as <see cref="IPort.Transmit"/> says.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="mtu">The interface's MTU.</param>
    /// <param name="isUp">What is known of the interface: one without a carrier refuses frames with the error of a full queue.</param>
    /// <returns>The last error met, or none.</returns>
    public Errno Transmit(FrameVector vector, int mtu, bool isUp)
    {
        if (direct is not null && DirectSender.Fits(mtu))
            return direct.Transmit(vector, mtu, isUp);
        var error = Errno.None;
        for (var first = 0; first < vector.Count; first += BatchSize)
        {
            var batchError = Send(vector, first, Math.Min(BatchSize, vector.Count - first), isUp);
            if (batchError.IsError)
                error = batchError;
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(messages);
        NativeMemory.Free(vectors);
        messages = null;
        vectors = null;
        direct?.Dispose();
        socket.Dispose();
    }

    private Errno Send(FrameVector vector, int first, int count, bool isUp)
    {
        for (var i = 0; i < count; i++)
        {
            var bytes = vector[first + i].Bytes;
            vectors[i].Base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)); // native memory: it does not move
            vectors[i].Length = (nuint)bytes.Length;
        }

        var error = Errno.None;
        var done = 0;
        while (done < count)
        {
            var sent = Libc.sendmmsg(socket.Number, messages + done, (uint)(count - done), Libc.MSG_DONTWAIT);
            if (sent > 0)
            {
                Conclude(vector, first + done, sent, DropReason.None);
                done += sent;
                continue;
            }

            // The first of the messages failed. Some errors hold for all that follow, others for this one only.
            var failure = Errno.Last;
            if (failure == Errno.EINTR)
                continue;
            error = failure;
            var reason = ReasonOf(failure, isUp);
            var dropped = reason == DropReason.PortDown || failure == Errno.EAGAIN ? count - done : 1;
            Conclude(vector, first + done, dropped, reason);
            done += dropped;
        }

        return error;
    }

    private void Conclude(FrameVector vector, int first, int count, DropReason reason)
    {
        var verdicts = vector.Verdicts;
        for (var i = first; i < first + count; i++)
            verdicts[i] = PortTransmission.Count(counters, vector[i].Metadata.Length, reason);
    }

    private static DropReason ReasonOf(Errno error, bool isUp)
    {
        if (error == Errno.EAGAIN || (error == Errno.ENOBUFS && isUp))
            return DropReason.TxRingFull;
        if (error == Errno.EMSGSIZE)
            return DropReason.TxTooLong;
        return error == Errno.ENOBUFS || error == Errno.ENETDOWN || error == Errno.ENXIO || error == Errno.ENODEV ? DropReason.PortDown : DropReason.TxRefused;
    }
}
