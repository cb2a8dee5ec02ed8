using VRouter.Core.Frames;

namespace VRouter.Host.Recording;

/// <summary>The frames of a worker.</summary>
/// <param name="Frames">Number of frames, large ones left aside.</param>
/// <param name="FrameCapacity">The longest in bytes.</param>
/// <param name="LargeFrames">Number of frames for super-frames.</param>
internal sealed record RecordedPool(int Frames, int FrameCapacity, int LargeFrames)
{
    private const int MostFrames = 1 << 22;
    private const int LongestFrame = 1 << 20;

    /// <summary>True if a pool can be made of it.</summary>
    public bool IsSound => Frames is > 0 and <= MostFrames && FrameCapacity is >= 64 and <= LongestFrame && LargeFrames is >= 0 and <= MostFrames;

    /// <summary>Describes a pool of which no frame is out.</summary>
    public static RecordedPool Of(FramePool pool) => new(pool.Capacity - pool.LargeFrames, pool.FrameCapacity, pool.LargeFrames);

    /// <summary>Makes one like it.</summary>
    public FramePool Create() => new(Frames, FrameCapacity, LargeFrames);
}
