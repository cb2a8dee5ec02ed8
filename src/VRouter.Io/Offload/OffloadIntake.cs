using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Io.Ports;

namespace VRouter.Io.Offload;

/// <summary>
/// Turns what the kernel hands over with a <see cref="VirtioNetHeader"/> into frames of a worker's vector: checksums completed, VLAN tags put back. Super-frames
/// stay whole where the pool has frames for them; else they are cut here: those with a tag, of kinds that the engine does not know (UFO), longer than an IPv4 packet
/// says (Linux "big TCP"), or when no large frame is free. If the vector or the pool has no more room in the middle of one, the next call goes on there.
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

        var reason = VirtioSegmentation.TryPlan(bytes, header, out plan);
        if (reason != DropReason.None)
        {
            counters.CountReceiveDrop(reason);
            return true;
        }

        if (!FrameIntake.Fits(pool, plan.MaximumLength + tag.Size, counters))
            return true;
        if (vector.Room == 0)
            return false;
        if (CanStayWhole(pool, bytes, header, tag) && TryRentFor(pool, bytes.Length, out var frame))
        {
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            VirtioSegmentation.Mark(frame, header, plan);
            FrameIntake.Add(vector, frame, now, counters);
            return true;
        }

        isCutting = true;
        nextSegment = 0;
        return Cut(pool, vector, bytes, tag, now);
    }

    /// <summary>Adds a super-frame that was read into a large frame of the pool, if it can stay whole, or drops and counts it.</summary>
    /// <param name="pool">The worker's pool.</param>
    /// <param name="vector">Must have room.</param>
    /// <param name="frame">The frame with its true length; it is the caller's again if the result is false.</param>
    /// <param name="header">What the kernel left undone.</param>
    /// <param name="tag">The tag to put back.</param>
    /// <param name="now">The time of receipt.</param>
    /// <returns>False if its bytes must go through <see cref="TryAdd"/>.</returns>
    public bool TryAddWhole(FramePool pool, FrameVector vector, Frame frame, in VirtioNetHeader header, VlanTag tag, long now)
    {
        if (!header.IsSuperFrame)
            return false;
        var bytes = frame.Bytes;
        var reason = VirtioSegmentation.TryPlan(bytes, header, out plan);
        if (reason == DropReason.None && !CanStayWhole(pool, bytes, header, tag))
            return false;
        if (reason == DropReason.None && plan.MaximumLength > pool.FrameCapacity)
            reason = DropReason.RxTooLong;
        if (reason != DropReason.None)
        {
            pool.Return(frame);
            counters.CountReceiveDrop(reason);
            return true;
        }

        VirtioSegmentation.Mark(frame, header, plan);
        FrameIntake.Add(vector, frame, now, counters);
        return true;
    }

    // Nothing behind the packet, so that it is as long within each of its headers.
    private bool CanStayWhole(FramePool pool, Span<byte> bytes, in VirtioNetHeader header, VlanTag tag) =>
        pool.TakesSuperFrames && tag.Size == 0 && bytes.Length <= FramePool.LargeFrameCapacity
        && VirtioSegmentation.KindOf(header) != SegmentationKind.Fragments && plan.IsExact(bytes);

    private static bool TryRentFor(FramePool pool, int length, out Frame frame) =>
        length <= pool.FrameCapacity && pool.TryRent(out frame) || pool.TryRentLarge(out frame);

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
