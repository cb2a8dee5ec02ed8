using VRouter.Host.Api;

namespace VRouter.Host.Replay;

/// <summary>What a replay gave.</summary>
/// <param name="Frames">Frames read from the capture.</param>
/// <param name="Counters">What became of all frames.</param>
/// <param name="Drops">The reasons for which frames were dropped.</param>
/// <param name="Trace">What each stage did with each frame, if that was asked for.</param>
public sealed record ReplayView(long Frames, CountersView Counters, IReadOnlyList<DropView> Drops, IReadOnlyList<TraceStep>? Trace)
{
    /// <summary>What the fuzzer's checks found, the oracle and a sentence; null if they found nothing, or were not asked for.</summary>
    public string? Finding { get; init; }
}
