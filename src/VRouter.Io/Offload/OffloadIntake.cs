using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Io.Ports;

namespace VRouter.Io.Offload;

/// <summary>
/// Turns what the kernel hands over with a <see cref="VirtioNetHeader"/> into finished frames of a worker's vector: checksums completed, super-frames cut,
/// VLAN tags put back. If the vector or the pool has no more room in the middle of a super-frame, the next call goes on there.
/// </summary>
internal sealed class OffloadIntake(PortCounters counters)
{
    private SegmentationPlan plan;
    private int nextSegment;
    private bool isCutting;

    /// <summary>Adds the frame, or what is left of it, to the vector, or drops and counts it.</summary>
    /// <param name="pool">The worker's pool.</param>
    /// <param name="vector">Frames are added at its end.</param>
    /// <param name="bytes">The frame from its Ethernet header, without a tag that <paramref name="tag"/> holds.</param>
    /// <param name="header">What the kernel left undone.</param>
    /// <param name="tag">The tag to put back.</param>
    /// <param name="now">The time of receipt.</param>
    /// <returns>False if the same frame must be offered again, since vector or pool have no room. True if it is done with.</returns>
    public bool TryAdd(FramePool pool, FrameVector vector, Span<byte> bytes, in VirtioNetHeader header, VlanTag tag, long now)
    {
        if (isCutting)
            return Cut(pool, vector, bytes, tag, now);
        if (!header.IsSuperFrame)
            return AddOne(pool, vector, bytes, header, tag, now);

        var reason = SegmentationPlan.TryCreate(bytes, header, out plan);
        if (reason != DropReason.None)
        {
            counters.CountReceiveDrop(reason);
            return true;
        }

        if (!FrameIntake.Fits(pool, plan.MaximumLength + tag.Size, counters))
            return true;
        isCutting = true;
        nextSegment = 0;
        return Cut(pool, vector, bytes, tag, now);
    }

    private bool AddOne(FramePool pool, FrameVector vector, Span<byte> bytes, in VirtioNetHeader header, VlanTag tag, long now)
    {
        if (vector.Room == 0)
            return false;
        if (bytes.Length < VlanTag.AddressesSize)
        {
            counters.CountReceiveDrop(DropReason.EthernetTruncated);
            return true;
        }

        if (!FrameIntake.Fits(pool, bytes.Length + tag.Size, counters))
            return true;
        if (!pool.TryRent(out var frame))
            return false;
        var destination = frame.Reset(pool, bytes.Length + tag.Size);
        bytes.CopyTo(destination[tag.Size..]);
        if (header.NeedsChecksum)
        {
            var reason = ChecksumCompletion.Complete(destination[tag.Size..], header.ChecksumStart, header.ChecksumOffset);
            if (reason != DropReason.None)
            {
                pool.Return(frame);
                counters.CountReceiveDrop(reason);
                return true;
            }
        }

        tag.Insert(destination);
        FrameIntake.Add(vector, frame, now, counters);
        return true;
    }

    private bool Cut(FramePool pool, FrameVector vector, Span<byte> bytes, VlanTag tag, long now)
    {
        for (; nextSegment < plan.Count; nextSegment++)
        {
            if (vector.Room == 0 || !pool.TryRent(out var frame))
                return false;
            var destination = frame.Reset(pool, plan.LengthOf(nextSegment) + tag.Size);
            plan.Write(nextSegment, bytes, destination[tag.Size..]);
            tag.Insert(destination);
            FrameIntake.Add(vector, frame, now, counters);
        }

        isCutting = false;
        return true;
    }
}
