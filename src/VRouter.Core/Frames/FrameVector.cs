using VRouter.Core.Graph;

namespace VRouter.Core.Frames;

/// <summary>Up to <see cref="MaxCount"/> frames that pass a stage together, and the verdict that the stage writes for each.</summary>
public sealed class FrameVector
{
    /// <summary>The most frames that a vector holds.</summary>
    public const int MaxCount = 256;

    private readonly Frame[] frames = new Frame[MaxCount];
    private readonly Verdict[] verdicts = new Verdict[MaxCount];
    private readonly short[] txPorts = new short[MaxCount];

    /// <summary>Number of frames, 0 to <see cref="MaxCount"/>.</summary>
    public int Count { get; private set; }

    /// <summary>How many more frames fit.</summary>
    public int Room => MaxCount - Count;

    /// <summary>The frames.</summary>
    public ReadOnlySpan<Frame> Frames => frames.AsSpan(0, Count);

    /// <summary>One verdict for each frame, written by the stage.</summary>
    public Span<Verdict> Verdicts => verdicts.AsSpan(0, Count);

    /// <summary>What a shortcut writes instead of verdicts: the port that a frame leaves by, or -1 for a frame that is left to the graph.</summary>
    internal Span<short> TxPorts => txPorts.AsSpan(0, Count);

    /// <summary>The frame at <paramref name="index"/>.</summary>
    public Frame this[int index] => frames[index];

    /// <summary>Adds a frame at the end.</summary>
    /// <exception cref="IndexOutOfRangeException">The vector is full.</exception>
    public void Add(Frame frame)
    {
        frames[Count] = frame;
        Count++;
    }

    /// <summary>Adds frames at the end, as many as fit.</summary>
    /// <returns>How many were added.</returns>
    public int AddRange(ReadOnlySpan<Frame> added)
    {
        var count = Math.Min(added.Length, Room);
        added[..count].CopyTo(frames.AsSpan(Count));
        Count += count;
        return count;
    }

    /// <summary>Puts another frame in the place of one, which is no longer the vector's.</summary>
    internal void Replace(int index, Frame frame) => frames[index] = frame;

    /// <summary>Forgets all frames; whoever calls has passed them on.</summary>
    public void Clear() => Count = 0;
}
