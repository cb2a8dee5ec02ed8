using System.Buffers.Binary;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// Sends plain frames through <see cref="XdpCopySocket"/>, which is the shortest way through the kernel to an interface: about a third less than sendmmsg(2) costs. Frames are copied into the
/// socket's memory, and are gone when <see cref="Transmit"/> returns: each was sent, or dropped for a reason.
/// </summary>
internal sealed class DirectSender : IDisposable
{
    /// <summary>Frames for each system call, and entries of a socket.</summary>
    public const int BatchSize = 64;

    private const int TagSize = 4;
    private const int MostStalls = 2;

    private readonly XdpCopySocket socket;
    private readonly PortCounters counters;
    private readonly short[] submitted = new short[BatchSize];

    /// <summary>Takes a socket over, of <see cref="BatchSize"/> entries.</summary>
    public DirectSender(XdpCopySocket socket, PortCounters counters)
    {
        this.socket = socket;
        this.counters = counters;
    }

    /// <summary>The interface's queue that it sends by.</summary>
    public int Queue => socket.Queue;

    /// <summary>True if frames of links with this MTU fit.</summary>
    public static bool Fits(int mtu) => mtu + EthernetHeader.Size + TagSize <= XdpCopySocket.ChunkSize;

    /// <summary>Sends the vector's frames and writes their verdicts, as <see cref="IPort.Transmit"/> says.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="mtu">The interface's MTU, for which <see cref="Fits"/> holds. On this way the kernel drops longer frames untold, so it is enforced here.</param>
    /// <param name="isUp">What is known of the interface: one without a carrier refuses frames with the error of a full queue.</param>
    /// <returns>The last error met, or none.</returns>
    public Errno Transmit(FrameVector vector, int mtu, bool isUp)
    {
        var error = Errno.None;
        for (var first = 0; first < vector.Count; first += BatchSize)
        {
            var batchError = Send(vector, first, Math.Min(BatchSize, vector.Count - first), mtu, isUp);
            if (batchError.IsError)
                error = batchError;
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static bool IsTooLong(ReadOnlySpan<byte> frame, int mtu)
    {
        if (frame.Length <= mtu + EthernetHeader.Size)
            return false;
        return frame.Length > mtu + EthernetHeader.Size + TagSize || BinaryPrimitives.ReadUInt16BigEndian(frame[(2 * MacAddress.Size)..]) != EtherType.Vlan;
    }

    private Errno Send(FrameVector vector, int first, int count, int mtu, bool isUp)
    {
        socket.Reap();
        if (Pass() is { IsError: true } error)
        {
            for (var i = first; i < first + count; i++)
                Conclude(vector, i, ReasonOf(error, isUp));
            return error;
        }

        var begin = socket.Produced;
        var put = Submit(vector, first, count, mtu);
        return Complete(vector, begin, put, isUp);
    }

    /// <summary>
    /// Lets the kernel pass what was withdrawn before, one entry for each call, so that the ring is empty. Without that there is nothing to do: a call that sends leaves nothing.
    /// </summary>
    /// <returns>Why it does not, or none.</returns>
    private Errno Pass()
    {
        for (var calls = 0; socket.Consumed != socket.Produced; calls++)
        {
            var error = socket.Kick();
            if (!IsTransient(error))
                return error;
            if (calls > BatchSize + MostStalls)
                return Errno.EAGAIN;
        }

        return Errno.None;
    }

    private int Submit(FrameVector vector, int first, int count, int mtu)
    {
        var begin = socket.Produced;
        var put = 0;
        for (var i = first; i < first + count; i++)
        {
            var bytes = vector[i].Bytes;
            if (bytes.Length < EthernetHeader.Size || IsTooLong(bytes, mtu))
            {
                Conclude(vector, i, bytes.Length < EthernetHeader.Size ? DropReason.TxRefused : DropReason.TxTooLong);
                continue;
            }

            bytes.CopyTo(socket.ChunkOf(begin + (uint)put));
            socket.Set(begin + (uint)put, bytes.Length);
            submitted[put++] = (short)i;
        }

        socket.Publish((uint)put);
        return put;
    }

    private Errno Complete(FrameVector vector, uint begin, int put, bool isUp)
    {
        var result = Errno.None;
        var done = 0;
        for (var stalls = 0; done < put;)
        {
            var error = socket.Kick();
            var taken = Math.Clamp((int)(socket.Consumed - begin), done, put);
            var dropped = error == Errno.EBUSY;
            if (dropped)
                taken = Math.Max(taken, done + 1);
            for (var i = done; i < taken; i++)
                Conclude(vector, submitted[i], !dropped || i < taken - 1 ? DropReason.None : isUp ? DropReason.TxRingFull : DropReason.PortDown);
            stalls = taken > done ? 0 : stalls + 1;
            done = taken;
            if (error.IsError && error != Errno.EAGAIN && error != Errno.EINTR)
                result = error;
            if (done < put && (!IsTransient(error) || stalls > MostStalls))
            {
                for (; done < put; done++)
                {
                    socket.Withdraw(begin + (uint)done);
                    Conclude(vector, submitted[done], ReasonOf(error, isUp));
                }

                return error.IsError ? error : Errno.EAGAIN;
            }

            socket.Reap();
        }

        return result;
    }

    private void Conclude(FrameVector vector, int index, DropReason reason) =>
        vector.Verdicts[index] = PortTransmission.Count(counters, vector[index].Metadata.Length, reason);

    private static bool IsTransient(Errno error) =>
        !error.IsError || error == Errno.EAGAIN || error == Errno.EINTR || error == Errno.EBUSY || error == Errno.ENOBUFS;

    private static DropReason ReasonOf(Errno error, bool isUp)
    {
        if (error == Errno.ENETDOWN || error == Errno.ENXIO || error == Errno.ENODEV)
            return DropReason.PortDown;
        return !IsTransient(error) ? DropReason.TxRefused : isUp ? DropReason.TxRingFull : DropReason.PortDown;
    }
}
