namespace VRouter.Io.Ports;

/// <summary>What a <see cref="FaultInjectingPort"/> does to frames. Each share is a probability of 0 to 1, drawn for each frame on its own.</summary>
public sealed record FaultProfile
{
    /// <summary>No faults at all.</summary>
    public static FaultProfile None { get; } = new();

    /// <summary>Share of frames that are lost.</summary>
    public double Loss { get; init; }

    /// <summary>Share of frames that come twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Share of frames in which one bit is flipped.</summary>
    public double Corruption { get; init; }

    /// <summary>Share of frames that later ones overtake.</summary>
    public double Reordering { get; init; }

    /// <summary>How many later frames overtake a reordered one.</summary>
    public int ReorderDistance { get; init; } = 3;

    /// <summary>How long a reordered frame waits at most for frames to overtake it, in nanoseconds.</summary>
    public long ReorderTimeout { get; init; } = 10_000_000;

    /// <summary>The shortest delay of every frame, in nanoseconds.</summary>
    public long MinimumDelay { get; init; }

    /// <summary>The longest delay of every frame, in nanoseconds; delays are drawn evenly from the range, and may reorder frames.</summary>
    public long MaximumDelay { get; init; }

    /// <summary>The start of the random numbers: the same seed, frames and times give the same faults.</summary>
    public ulong Seed { get; init; } = 1;
}
