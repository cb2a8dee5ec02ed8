namespace VRouter.Host.Bench.Engine;

/// <summary>What one path costs on one core; frames are made outside of the measured time, and freed inside.</summary>
/// <param name="Path">One of <see cref="ForwardingPaths.Names"/>.</param>
/// <param name="NanosecondsPerPacket">Over the rounds.</param>
/// <param name="MegapacketsPerSecond">The same as a rate: its max belongs to the least time.</param>
/// <param name="ClocksPerPacket">Of the time stamp counter; null where its rate is not known.</param>
/// <param name="AllocatedBytesPerFrame">Asked of the garbage collector, in the round with the least.</param>
/// <param name="Routes">Routes in the FIB beside the node's own.</param>
/// <param name="Destinations">Different frames that take turns.</param>
internal sealed record PathReport(
    string Path,
    Spread NanosecondsPerPacket,
    Spread MegapacketsPerSecond,
    Spread? ClocksPerPacket,
    double AllocatedBytesPerFrame,
    int Routes,
    int Destinations);
