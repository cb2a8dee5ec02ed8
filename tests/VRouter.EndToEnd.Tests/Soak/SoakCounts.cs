namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>What a router counted, over all its workers and ports.</summary>
/// <param name="Received">Frames that the ports handed over.</param>
/// <param name="RingDrops">Frames that came while a ring was full.</param>
/// <param name="Entered">Received frames that entered the graphs.</param>
/// <param name="Left">Frames that left the graphs through a port.</param>
/// <param name="Transmitted">Frames that the ports sent.</param>
/// <param name="Dropped">Received frames that were dropped for a reason.</param>
/// <param name="Originated">Frames that the router made.</param>
/// <param name="LostBuffers">Buffers out of their pool that nobody holds.</param>
internal sealed record SoakCounts(
    long Received, long RingDrops, long Entered, long Left, long Transmitted, long Dropped, long Originated, long LostBuffers)
{
    public SoakCounts Plus(SoakCounts other) => new(
        Received + other.Received,
        RingDrops + other.RingDrops,
        Entered + other.Entered,
        Left + other.Left,
        Transmitted + other.Transmitted,
        Dropped + other.Dropped,
        Originated + other.Originated,
        LostBuffers + other.LostBuffers);
}
