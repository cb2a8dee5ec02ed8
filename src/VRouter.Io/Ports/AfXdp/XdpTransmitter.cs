using System.Buffers.Binary;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// Sends frames of the shared memory from where they lie. A frame that the kernel took stays with it until the completion ring gives it back; what the kernel does not take
/// within a call is withdrawn, so that nothing is sent late.
/// </summary>
internal sealed class XdpTransmitter(XdpSocket socket, FramePool pool, FrameLedger ledger, PortCounters counters)
{
    // A place outside of any memory: the kernel passes over such an entry.
    private const ulong Nowhere = (1UL << Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT) - 1;
    private const ulong AddressMask = Nowhere;
    private const int TagSize = 4;
    private const int MostStalls = 2;

    private readonly short[] submitted = new short[FrameVector.MaxCount];
    private readonly XdpRing<Libc.XdpDesc> ring = socket.Transmit;
    private readonly XdpRing<ulong> completion = socket.Completion;

    /// <summary>Sends the vector's frames and writes their verdicts, as <see cref="IPort.Transmit"/> says.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="mtu">The kernel takes frames of any length, and drops unseen what is too long; so the MTU is enforced here.</param>
    /// <param name="isUp">What is known of the interface.</param>
    /// <returns>The last error met, or none.</returns>
    public Errno Transmit(FrameVector vector, int mtu, bool isUp)
    {
        Reap();
        var error = PassOverWithdrawn();
        if (error.IsError)
        {
            Refuse(vector, ReasonOf(error, isUp));
            return error;
        }

        var first = ring.Produced;
        var count = Submit(vector, mtu);
        return count == 0 ? Errno.None : Send(vector, first, count, isUp);
    }

    /// <summary>Returns the frames to the pool that the kernel is done with.</summary>
    public void Reap()
    {
        uint filled;
        while ((filled = completion.Filled()) > 0)
        {
            for (uint i = 0; i < filled; i++)
            {
                if (pool.TryFind(completion.At(i) & AddressMask, out var frame, out var slot) && ledger.Remove(slot))
                    pool.Return(frame);
            }

            completion.Release(filled);
        }
    }

    /// <summary>
    /// Lets the kernel pass over what was withdrawn, so that the ring is empty: newer kernels pass over one entry in each call, older ones over all in one, and
    /// tell in the next.
    /// </summary>
    private Errno PassOverWithdrawn()
    {
        for (var stalls = 0; ;)
        {
            var before = ring.Consumed;
            if (before == ring.Produced)
                return Errno.None;
            var error = socket.Kick();
            stalls = ring.Consumed == before ? stalls + 1 : 0;
            if (!IsTransient(error) || stalls == MostStalls)
                return error.IsError ? error : Errno.EAGAIN;
        }
    }

    private void Refuse(FrameVector vector, DropReason reason)
    {
        for (var i = 0; i < vector.Count; i++)
            vector.Verdicts[i] = PortTransmission.Count(counters, vector[i].Metadata.Length, reason);
    }

    private uint Submit(FrameVector vector, int mtu)
    {
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        uint count = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            ref var metadata = ref frames[i].Metadata;
            var length = metadata.Length;
            ulong offset = 0;
            var reason = length < EthernetHeader.Size || !pool.TryGetOffset(frames[i], out offset) ? DropReason.TxRefused
                : length > mtu + EthernetHeader.Size && length > LongestOf(frames[i].Bytes, mtu) ? DropReason.TxTooLong
                : DropReason.None;
            if (reason != DropReason.None)
            {
                verdicts[i] = PortTransmission.Count(counters, length, reason);
                continue;
            }

            ring.Next(count) = new Libc.XdpDesc
            {
                Address = offset | ((ulong)metadata.Offset << Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT),
                Length = (uint)length,
            };
            ledger.Add(metadata.Slot);
            submitted[count++] = (short)i;
        }

        if (count > 0)
            ring.Publish(count);
        return count;
    }

    /// <summary>Has the kernel take the submitted frames. In copy mode it takes them within the system call, and never otherwise.</summary>
    private Errno Send(FrameVector vector, uint first, uint count, bool isUp)
    {
        var result = Errno.None;
        uint done = 0;
        for (var stalls = 0; ;)
        {
            var error = socket.Kick();
            var taken = Math.Max(ring.Consumed - first, done);
            if (error == Errno.EBUSY)
            {
                // The last frame that was taken; where it was the first, too, the index does not show it yet.
                taken = Math.Max(taken, done + 1);
                Conclude(vector, done, taken - 1);
                TakeRefused(vector, taken - 1, isUp);
            }
            else
            {
                Conclude(vector, done, taken);
            }

            stalls = taken > done ? 0 : stalls + 1;
            done = taken;
            if (error.IsError && error != Errno.EAGAIN && error != Errno.EINTR)
                result = error;
            if (done == count)
                return result;
            if (!IsTransient(error) || stalls == MostStalls)
            {
                Withdraw(vector, first, done, count, ReasonOf(error, isUp));
                return error.IsError ? error : Errno.EAGAIN;
            }

            Reap(); // the completion ring may have been full
        }
    }

    private void Conclude(FrameVector vector, uint from, uint to)
    {
        var verdicts = vector.Verdicts;
        for (var i = from; i < to; i++)
        {
            var index = submitted[i];
            counters.TransmittedFrames++;
            counters.TransmittedBytes += vector[index].Metadata.Length;
            verdicts[index] = Verdict.Hold;
        }
    }

    /// <summary>The interface dropped the frame. The kernel has freed its copy, and so given the frame back, before the system call returned.</summary>
    private void TakeRefused(FrameVector vector, uint number, bool isUp)
    {
        TakeBack(vector, number, FullOf(isUp));
        Reap();
    }

    private void Withdraw(FrameVector vector, uint first, uint from, uint to, DropReason reason)
    {
        for (var i = from; i < to; i++)
        {
            ring.Numbered(first + i) = new Libc.XdpDesc { Address = Nowhere };
            TakeBack(vector, i, reason);
        }
    }

    private void TakeBack(FrameVector vector, uint number, DropReason reason)
    {
        var index = submitted[number];
        ref var metadata = ref vector[index].Metadata;
        ledger.Remove(metadata.Slot);
        vector.Verdicts[index] = PortTransmission.Count(counters, metadata.Length, reason);
    }

    private static bool IsTransient(Errno error) =>
        !error.IsError || error == Errno.EAGAIN || error == Errno.EINTR || error == Errno.EBUSY || error == Errno.ENOBUFS;

    private static DropReason ReasonOf(Errno error, bool isUp)
    {
        if (error == Errno.ENETDOWN || error == Errno.ENXIO || error == Errno.ENODEV)
            return DropReason.PortDown;
        return IsTransient(error) ? FullOf(isUp) : DropReason.TxRefused;
    }

    private static DropReason FullOf(bool isUp) => isUp ? DropReason.TxRingFull : DropReason.PortDown;

    private static int LongestOf(ReadOnlySpan<byte> frame, int mtu)
    {
        var isTagged = BinaryPrimitives.ReadUInt16BigEndian(frame[(2 * MacAddress.Size)..]) == EtherType.Vlan;
        return mtu + EthernetHeader.Size + (isTagged ? TagSize : 0);
    }
}
