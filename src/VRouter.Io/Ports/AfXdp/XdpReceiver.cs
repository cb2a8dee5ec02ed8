using VRouter.Core.Frames;
using VRouter.Io.Linux;
using VRouter.Io.Offload;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>Receives from one queue into frames of the shared memory, where they stay: no byte is copied after the kernel's own copy.</summary>
internal sealed class XdpReceiver(XdpSocket socket, FramePool pool, FrameLedger ledger, PortCounters counters)
{
    private const ulong AddressMask = (1UL << Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT) - 1;

    // The kernel reads the index of the fill ring once for many frames, if many are added at once.
    private const uint FillBatch = 64;

    private readonly XdpRing<Libc.XdpDesc> ring = socket.Receive;
    private readonly XdpRing<ulong> fill = socket.Fill;
    private long drops;

    /// <summary>Adds frames that wait to the vector, as <see cref="IPort.Receive"/> says.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="now">The time of receipt.</param>
    /// <param name="completesChecksums">Checksums may be undone.</param>
    /// <param name="vxlanL4Port">Where tunnel packets are recognised, for their inner checksums.</param>
    public void Receive(FrameVector vector, long now, bool completesChecksums, int vxlanL4Port)
    {
        var count = Math.Min(ring.Filled(), (uint)vector.Room);
        for (uint i = 0; i < count; i++)
        {
            ref readonly var entry = ref ring.At(i);
            if (!pool.TryFind(entry.Address & AddressMask, out var frame) || !ledger.Remove(frame.Metadata.Slot))
                continue;
            frame.Place(pool, (int)(entry.Address >> Libc.XSK_UNALIGNED_BUF_OFFSET_SHIFT), (int)entry.Length);
            if (completesChecksums)
                PartialChecksum.Complete(frame.Bytes, vxlanL4Port);
            FrameIntake.Add(vector, frame, now, counters);
        }

        if (count > 0)
            ring.Release(count);
        Fill();
    }

    /// <summary>What the kernel dropped since the last call.</summary>
    public long TakeDrops()
    {
        var before = drops;
        drops = Math.Max(before, socket.ReadDrops());
        return drops - before;
    }

    // As far as the pool has frames: what is missing now is added by a later call.
    private void Fill()
    {
        var room = fill.Free(FillBatch);
        if (room < FillBatch)
            return;
        uint count = 0;
        while (count < room && pool.TryRent(out var frame) && pool.TryGetOffset(frame, out var offset))
        {
            ledger.Add(frame.Metadata.Slot);
            fill.Next(count++) = offset;
        }

        if (count > 0)
            fill.Publish(count);
    }
}
