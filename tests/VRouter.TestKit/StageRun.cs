namespace VRouter.TestKit;

/// <summary>What one run of a <see cref="StageHarness"/> did.</summary>
/// <param name="Outcomes">The frames that were transmitted or went on to a stage that is not under test, in that order.</param>
/// <param name="Counters">
/// Every counter that changed, by name and difference, as "received 2, mac-not-ours 1, ip4-input 1". Of originated frames the names begin with
/// "originated": "originated 1, originated forwarded 1". A stage's name counts the frames that went on to it.
/// </param>
public sealed record StageRun(IReadOnlyList<StageOutcome> Outcomes, string Counters)
{
    /// <summary>The only outcome.</summary>
    public StageOutcome Single => Outcomes is [var outcome]
        ? outcome
        : throw new InvalidOperationException($"{Outcomes.Count} frames left the stages, not one ({Counters}).");
}
