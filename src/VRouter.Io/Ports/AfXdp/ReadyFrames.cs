using VRouter.Core.Frames;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// How many frames the kernel is lent to receive into on one queue: the least, which is set aside for it, while little comes; twice as many whenever half of them were found filled at once, up to the
/// most, as long as the pool has plenty; half of what is above the least again for each interval in which an eighth would have done.
/// </summary>
internal sealed class ReadyFrames
{
    private const int Burst = 2;
    private const int Lull = 8;

    // Of the pool, the part that is never lent for bursts: for other ports, frames under way, and frames that wait.
    private const int ShareKept = 4;

    private readonly int least;
    private readonly int most;
    private int target;
    private int highest;

    /// <summary>Begins with the least.</summary>
    /// <param name="least">The least number, at least 1.</param>
    /// <param name="most">The greatest number.</param>
    public ReadyFrames(int least, int most)
    {
        this.least = least;
        this.most = most;
        target = least;
    }

    /// <summary>True if the number is above the least.</summary>
    public bool HasExtra => target > least;

    /// <summary>So many filled frames were found at once.</summary>
    public void NoteWaiting(int count)
    {
        highest = Math.Max(highest, count);
        if (count >= target / Burst && target < most)
            target = Math.Min(target * 2, most);
    }

    /// <summary>The number that the kernel should have now.</summary>
    public int Target(FramePool pool) => target > least && pool.Available < pool.Capacity / ShareKept ? least : target;

    /// <summary>An interval has passed.</summary>
    public void Age()
    {
        if (highest < target / Lull)
            target = Math.Max(least, target / 2);
        highest = 0;
    }
}
