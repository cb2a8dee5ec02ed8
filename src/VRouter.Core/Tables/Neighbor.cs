using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>An entry of <see cref="NeighborTable"/>, for people.</summary>
/// <param name="Port">Index of the port that the neighbor is behind.</param>
/// <param name="Address">Its address.</param>
/// <param name="Mac">Its MAC address, or null while none is known.</param>
/// <param name="State">What is known of it.</param>
/// <param name="UpdatedAt">When its state or MAC address was last heard of or changed, nanoseconds of the engine's clock.</param>
public readonly record struct Neighbor(int Port, IPv4Address Address, MacAddress? Mac, NeighborState State, long UpdatedAt);
