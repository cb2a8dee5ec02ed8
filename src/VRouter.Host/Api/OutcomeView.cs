using VRouter.Core.Graph;

namespace VRouter.Host.Api;

/// <summary>What became of frames: entered = forwarded + answered + delivered + dropped + held.</summary>
/// <param name="Entered">Frames that entered.</param>
/// <param name="Forwarded">Left through a port.</param>
/// <param name="Answered">Left through a port as an answer to their sender.</param>
/// <param name="Delivered">Taken in by the router itself, or left to the host.</param>
/// <param name="Dropped">Discarded.</param>
/// <param name="Held">Wait for ARP just now.</param>
public sealed record OutcomeView(long Entered, long Forwarded, long Answered, long Delivered, long Dropped, long Held)
{
    /// <summary>The counters as they are.</summary>
    public static OutcomeView Of(OutcomeCounters counters) =>
        new(counters.Entered, counters.Forwarded, counters.Answered, counters.Delivered, counters.Dropped, counters.Held);

    /// <summary>Both together.</summary>
    public OutcomeView Plus(OutcomeView other) => new(
        Entered + other.Entered,
        Forwarded + other.Forwarded,
        Answered + other.Answered,
        Delivered + other.Delivered,
        Dropped + other.Dropped,
        Held + other.Held);

    /// <summary>True if every frame is accounted for.</summary>
    public bool AddsUp => Entered == Forwarded + Answered + Delivered + Dropped + Held;
}
