using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>Something that <see cref="NeighborTable.TryTakeDue"/> wants done.</summary>
/// <param name="Action">What.</param>
/// <param name="Entry">The entry's number.</param>
/// <param name="Port">Index of the port that the neighbor is behind.</param>
/// <param name="Address">The neighbor's address.</param>
/// <param name="Mac">Where to send the request: the broadcast address, or the neighbor's own while that is being confirmed.</param>
public readonly record struct NeighborEvent(NeighborAction Action, int Entry, int Port, IPv4Address Address, MacAddress Mac);
