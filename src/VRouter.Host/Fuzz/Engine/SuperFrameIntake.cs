using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// A super-frame as the kernel hands it over, on its way into a worker's vector, as a port with offloads takes it in: refused where its header does not fit its bytes, whole where the pool has a
/// frame for it, else cut.
/// </summary>
/// <param name="bytes">From the Ethernet header on.</param>
/// <param name="header">What the kernel says of it.</param>
internal sealed class SuperFrameIntake(byte[] bytes, VirtioNetHeader header)
{
    private int next;

    /// <summary>The frames that it stands for on the wire; none if a port refuses it.</summary>
    public IEnumerable<byte[]> Segments()
    {
        if (VirtioSegmentation.TryPlan(bytes, header, out var plan) != DropReason.None)
            yield break;
        for (var index = 0; index < plan.Count; index++)
        {
            var segment = new byte[plan.LengthOf(index)];
            plan.Write(index, bytes, segment);
            yield return segment;
        }
    }

    /// <summary>Adds it to the vector, or what is left of it.</summary>
    /// <param name="pool">The worker's frames.</param>
    /// <param name="vector">Frames are added at its end.</param>
    /// <param name="now">The time of receipt.</param>
    /// <param name="traceId">Of each frame.</param>
    /// <returns>False if it must be asked again, since vector or pool have no room; true if it is done with.</returns>
    public bool TryAdd(FramePool pool, FrameVector vector, long now, uint traceId)
    {
        if (VirtioSegmentation.TryPlan(bytes, header, out var plan) != DropReason.None || plan.MaximumLength > pool.FrameCapacity)
            return true;
        if (vector.Room == 0)
            return false;
        if (next == 0 && CanStayWhole(pool, plan) && (bytes.Length <= pool.FrameCapacity ? pool.TryRent(out var whole) : pool.TryRentLarge(out whole)))
        {
            bytes.CopyTo(whole.Reset(pool, bytes.Length));
            VirtioSegmentation.Mark(whole, header, plan);
            Add(vector, whole, now, traceId);
            return true;
        }

        for (; next < plan.Count; next++)
        {
            if (vector.Room == 0 || !pool.TryRent(out var frame))
                return false;
            plan.Write(next, bytes, frame.Reset(pool, plan.LengthOf(next)));
            Add(vector, frame, now, traceId);
        }

        return true;
    }

    private static void Add(FrameVector vector, Frame frame, long now, uint traceId)
    {
        frame.Metadata.ReceivedAt = now;
        frame.Metadata.TraceId = traceId;
        vector.Add(frame);
    }

    private bool CanStayWhole(FramePool pool, in SegmentationPlan plan) =>
        pool.TakesSuperFrames && bytes.Length <= FramePool.LargeFrameCapacity && header.GsoType != VirtioNetHeader.GsoUdpFragments && plan.IsExact(bytes);
}
