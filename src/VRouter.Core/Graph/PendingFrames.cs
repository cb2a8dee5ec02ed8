using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>Frames that wait before a stage, in order: a ring that takes every frame of a pool, so that it never overflows or allocates.</summary>
internal sealed class PendingFrames(int poolCapacity)
{
    private readonly Frame[] ring = new Frame[poolCapacity];
    private int head;
    private int count;

    public void Add(Frame frame)
    {
        var tail = head + count;
        if (tail >= ring.Length)
            tail -= ring.Length;
        ring[tail] = frame;
        count++;
    }

    /// <summary>Moves up to a vector of frames.</summary>
    /// <returns>True if some remain.</returns>
    public bool MoveTo(FrameVector vector)
    {
        var moved = Math.Min(count, vector.Room);
        for (var i = 0; i < moved; i++)
        {
            vector.Add(ring[head]);
            if (++head == ring.Length)
                head = 0;
        }

        count -= moved;
        return count > 0;
    }
}
