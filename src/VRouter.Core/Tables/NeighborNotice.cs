namespace VRouter.Core.Tables;

/// <summary>What one worker's neighbor table tells the others'.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="From">Index of the worker that tells it.</param>
/// <param name="Key">The neighbor, as <see cref="NeighborTable"/> keys it: port and address.</param>
/// <param name="Mac"><see cref="NeighborNoticeKind.Heard"/>: the neighbor's MAC address, as <see cref="Wire.MacAddress.Bits"/>.</param>
/// <param name="At">When it happened, nanoseconds of the workers' common clock.</param>
public readonly record struct NeighborNotice(NeighborNoticeKind Kind, int From, long Key, ulong Mac, long At);
