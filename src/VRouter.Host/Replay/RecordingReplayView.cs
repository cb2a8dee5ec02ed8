using VRouter.Host.Api;

namespace VRouter.Host.Replay;

/// <summary>What the replay of a recording gave.</summary>
internal sealed record RecordingReplayView
{
    /// <summary>The node whose router was recorded, or an empty text.</summary>
    public required string Node { get; init; }

    /// <summary>The version of the program that recorded.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>Workers of the recorded router.</summary>
    public required int Workers { get; init; }

    /// <summary>Frames that it received.</summary>
    public required long Frames { get; init; }

    /// <summary>Passes that were replayed.</summary>
    public required long Passes { get; init; }

    /// <summary>Changes of its tables.</summary>
    public required int TableChanges { get; init; }

    /// <summary>True if the replay did the same as the router: each frame sent has the same bytes, each counter the same value.</summary>
    public required bool IsIdentical { get; init; }

    /// <summary>The first difference; null if there is none.</summary>
    public string? Difference { get; init; }

    /// <summary>What the checks found; null: nothing, or none were made.</summary>
    public string? Finding => Check?.Finding;

    /// <summary>What came of the checks; null: none were made.</summary>
    public RecordingCheckView? Check { get; init; }

    /// <summary>True if the recording ends with the router.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Why the recording ends.</summary>
    public required string End { get; init; }

    /// <summary>What became of all frames.</summary>
    public required CountersView Counters { get; init; }

    /// <summary>The reasons for which frames were dropped.</summary>
    public required IReadOnlyList<DropView> Drops { get; init; }

    /// <summary>What each stage did with each frame, if that was asked for.</summary>
    public IReadOnlyList<TraceStep>? Trace { get; init; }
}
