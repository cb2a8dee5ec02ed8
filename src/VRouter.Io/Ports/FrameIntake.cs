using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.Io.Ports;

/// <summary>The common end of every receive path: received bytes become a frame of the worker's vector, or a counted drop.</summary>
internal static class FrameIntake
{
    /// <summary>Copies received bytes into a frame of the vector, which must have room.</summary>
    /// <returns>False if the pool is empty: the bytes are to be offered again. True if they were taken, or dropped and counted.</returns>
    public static bool TryAdd(FramePool pool, FrameVector vector, ReadOnlySpan<byte> bytes, long now, PortCounters counters)
    {
        if (!Fits(pool, bytes.Length, counters))
            return true;
        if (!pool.TryRent(out var frame))
            return false;
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        Add(vector, frame, now, counters);
        return true;
    }

    /// <summary>True if a frame of the pool takes so many bytes; else the drop is counted.</summary>
    public static bool Fits(FramePool pool, int length, PortCounters counters)
    {
        if (length <= pool.FrameCapacity)
            return true;
        counters.CountReceiveDrop(DropReason.RxTooLong);
        return false;
    }

    /// <summary>Hands a filled frame to the worker and counts it.</summary>
    public static void Add(FrameVector vector, Frame frame, long now, PortCounters counters)
    {
        ref var metadata = ref frame.Metadata;
        metadata.ReceivedAt = now;
        counters.ReceivedFrames++;
        counters.ReceivedBytes += metadata.Length;
        vector.Add(frame);
    }
}
