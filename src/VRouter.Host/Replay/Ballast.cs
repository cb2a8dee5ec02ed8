using VRouter.Core.Frames;
using VRouter.Host.Recording;

namespace VRouter.Host.Replay;

/// <summary>
/// The frames of a pool that were elsewhere while a worker was recorded: in a port's hands, or on their way. Held here, they leave as many free as there were then, since a
/// router that has few of them left makes no fragments.
/// </summary>
/// <param name="pool">The pool.</param>
internal sealed class Ballast(FramePool pool)
{
    private readonly Stack<Frame> frames = new();
    private readonly Stack<Frame> large = new();

    /// <summary>Takes or returns frames until so many are free.</summary>
    /// <returns>False if that is not possible: more are in use than were.</returns>
    public bool TryLeave(FreeFrames available)
    {
        while (pool.Available > available.Small && pool.TryRent(out var frame))
            frames.Push(frame);
        while (pool.Available < available.Small && frames.TryPop(out var frame))
            pool.Return(frame);
        while (pool.AvailableLarge > available.Large && pool.TryRentLarge(out var frame))
            large.Push(frame);
        while (pool.AvailableLarge < available.Large && large.TryPop(out var frame))
            pool.Return(frame);
        return pool.Available == available.Small && pool.AvailableLarge == available.Large;
    }

    /// <summary>Takes a frame for something received.</summary>
    public bool TryRent(bool isLarge, out Frame frame)
    {
        if (isLarge ? pool.TryRentLarge(out frame) : pool.TryRent(out frame))
            return true;
        if (!(isLarge ? large : frames).TryPop(out var other))
            return false;
        pool.Return(other);
        return isLarge ? pool.TryRentLarge(out frame) : pool.TryRent(out frame);
    }

    /// <summary>Takes over a frame that a port kept.</summary>
    public void Keep(Frame frame)
    {
        if (pool.CapacityOf(frame) > pool.FrameCapacity)
            large.Push(frame);
        else
            frames.Push(frame);
    }
}
