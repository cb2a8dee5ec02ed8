namespace VRouter.Host.Replay;

/// <summary>What came of the fuzzer's checks on a recording.</summary>
internal sealed record RecordingCheckView
{
    /// <summary>What is wrong; null: nothing was found.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? Finding { get; init; }

    /// <summary>Frames that were given to the router once more.</summary>
    public required int Frames { get; init; }

    /// <summary>Frames that it sent; 0 where something was found.</summary>
    public required int Sent { get; init; }

    /// <summary>What the checks leave out, a sentence each.</summary>
    public required IReadOnlyList<string> Limits { get; init; }
}
