using VRouter.Core.Frames;
using VRouter.Io.Linux;
using VRouter.Io.Offload;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// Receives from one queue into frames of the shared memory, where they stay: no byte is copied after the kernel's own copy. The kernel has a few frames to receive into while little comes, more
/// after a burst has used up half of them (<see cref="ReadyFrames"/>).
/// </summary>
internal sealed class XdpReceiver(XdpSocket socket, FramePool pool, FrameLedger ledger, PortCounters counters, ReadyFrames ready)
{
    private const ulong AddressMask = (1UL << Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT) - 1;

    // The kernel reads the index of the fill ring once for many frames, if many are added at once.
    private const int FillBatch = 64;
    private const uint PrefetchDistance = 8;

    private readonly XdpRing<Libc.XdpDesc> ring = socket.Receive;
    private readonly XdpRing<ulong> fill = socket.Fill;
    private int lent;
    private long drops;

    /// <summary>True if the kernel has fewer frames to receive into than it should, since the pool had none: no frame that comes may tell when it has.</summary>
    public bool IsShort => ready.Target(pool) - lent >= FillBatch;

    /// <summary>True if <see cref="Age"/> will lessen what the kernel has.</summary>
    public bool HasExtra => ready.HasExtra;

    /// <summary>Adds frames that wait to the vector, as <see cref="IPort.Receive"/> says.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="now">The time of receipt.</param>
    /// <param name="completesChecksums">Checksums may be undone.</param>
    /// <param name="vxlanL4Port">Where tunnel packets are recognised, for their inner checksums.</param>
    public void Receive(FrameVector vector, long now, bool completesChecksums, int vxlanL4Port)
    {
        var waiting = ring.Filled();
        if (waiting > 0)
        {
            ready.NoteWaiting((int)waiting);
            Take(Math.Min(waiting, (uint)vector.Room), vector, now, completesChecksums, vxlanL4Port);
        }

        Fill();
    }

    /// <summary>An interval has passed: what a burst needed goes back to the pool, bit by bit.</summary>
    public void Age() => ready.Age();

    /// <summary>What the kernel dropped since the last call.</summary>
    public long TakeDrops()
    {
        var before = drops;
        drops = Math.Max(before, socket.ReadDrops());
        return drops - before;
    }

    private void Take(uint count, FrameVector vector, long now, bool completesChecksums, int vxlanL4Port)
    {
        for (uint i = 0; i < Math.Min(count, PrefetchDistance); i++)
            Prefetch(i);
        for (uint i = 0; i < count; i++)
        {
            // The kernel wrote the frame on another core; behind the last one an older entry is met, which does no harm.
            Prefetch(i + PrefetchDistance);
            ref readonly var entry = ref ring.At(i);
            if (!pool.TryFind(entry.Address & AddressMask, out var frame, out var slot) || !ledger.Remove(slot))
                continue;
            frame.Place(pool, (int)(entry.Address >> Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT), (int)entry.Length);
            if (completesChecksums)
                PartialChecksum.Complete(frame.Bytes, vxlanL4Port);
            FrameIntake.Add(vector, frame, now, counters);
            lent--;
        }

        ring.Release(count);
    }

    private void Prefetch(uint place)
    {
        var address = ring.At(place).Address;
        pool.Prefetch(address & AddressMask, address >> Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT);
    }

    // As far as the pool has frames: what is missing now is added by a later call.
    private void Fill()
    {
        var wanted = ready.Target(pool) - lent;
        if (wanted < FillBatch)
            return;
        var room = Math.Min(fill.Free((uint)wanted), (uint)wanted);
        uint count = 0;
        while (count < room && pool.TryRent(out var frame) && pool.TryGetOffset(frame, out var offset))
        {
            ledger.Add(frame.Metadata.Slot);
            fill.Next(count++) = offset;
        }

        lent += (int)count;
        if (count > 0)
            fill.Publish(count);
    }
}
