using VRouter.Core.Frames;

namespace VRouter.Host.Replay;

/// <summary>
/// The frames of a pool that were elsewhere while a worker was recorded: in a port's hands, or on their way. Held here, they leave as many free as there were then, since a
/// router that has few of them left makes no fragments.
/// </summary>
/// <param name="pool">The pool.</param>
internal sealed class Ballast(FramePool pool)
{
    private readonly Stack<Frame> frames = new();
    private readonly List<Frame> large = [];

    /// <summary>Takes or returns frames until so many are free.</summary>
    /// <returns>False if that is not possible: more are in use than were.</returns>
    public bool TryLeave(int available)
    {
        while (pool.Available > available && pool.TryRent(out var frame))
            frames.Push(frame);
        while (pool.Available < available && frames.TryPop(out var frame))
            pool.Return(frame);
        return pool.Available == available;
    }

    /// <summary>Takes a frame for something received.</summary>
    public bool TryRent(out Frame frame)
    {
        if (pool.TryRent(out frame))
            return true;
        if (!frames.TryPop(out var other))
            return false;
        pool.Return(other);
        return pool.TryRent(out frame);
    }

    /// <summary>Takes over a frame that a port kept.</summary>
    public void Keep(Frame frame)
    {
        if (pool.CapacityOf(frame) > pool.FrameCapacity)
            large.Add(frame);
        else
            frames.Push(frame);
    }

    /// <summary>Returns the large frames, which nothing counts; when the graph is done with them.</summary>
    public void ReturnLarge()
    {
        foreach (var frame in large)
            pool.Return(frame);
        large.Clear();
    }
}
