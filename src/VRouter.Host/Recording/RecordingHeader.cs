namespace VRouter.Host.Recording;

/// <summary>What a replay must know before the first frame. In the file it is JSON.</summary>
internal sealed record RecordingHeader
{
    /// <summary>The format that this program writes; it reads this one only.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format's number.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The version of the program that recorded.</summary>
    public string Program { get; init; } = "";

    /// <summary>The node's name, or an empty text.</summary>
    public string Node { get; init; } = "";

    /// <summary>Nanoseconds from the workers' clock to 1970-01-01 UTC: the packet blocks tell the sum.</summary>
    public long ClockOffset { get; init; }

    /// <summary>The memory of each worker; as many as there are workers.</summary>
    public required IReadOnlyList<RecordedPool> Workers { get; init; }

    /// <summary>Limits and seeds.</summary>
    public required RecordedEngine Engine { get; init; }
}
