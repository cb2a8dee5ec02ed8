namespace VRouter.Host.Api;

/// <summary>A neighbor on a link.</summary>
/// <param name="Port">The port that it is behind.</param>
/// <param name="Address">Its address.</param>
/// <param name="Mac">Its MAC address, or null while none is known.</param>
/// <param name="State">incomplete, reachable, stale, probe, failed; or permanent where a resource tells the address.</param>
/// <param name="AgeSeconds">Since it was last heard of or changed; null where a resource tells the address.</param>
public sealed record NeighborView(string Port, string Address, string? Mac, string State, double? AgeSeconds);
