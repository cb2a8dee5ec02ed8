namespace VRouter.Host.Replay;

/// <summary>Which recording to replay, and what of it.</summary>
internal sealed record RecordingReplayOptions
{
    /// <summary>The recording.</summary>
    public required string Input { get; init; }

    /// <summary>Where the frames go that the router sends; null: they are counted only.</summary>
    public string? Output { get; init; }

    /// <summary>The fuzzer's checks are made too.</summary>
    public bool Check { get; init; }

    /// <summary>The only worker that is replayed, from 0; null: all of them.</summary>
    public int? Worker { get; init; }
}
