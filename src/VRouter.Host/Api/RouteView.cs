namespace VRouter.Host.Api;

/// <summary>A route, as people read it.</summary>
/// <param name="Prefix">The destination.</param>
/// <param name="Kind">workload, via, ipip, vxlan, multipath, connected, local, blackhole or unreachable.</param>
/// <param name="NextHop">The next router, for a tunnel its far end; several for multipath. Null where there is none.</param>
/// <param name="Neighbor">The neighbor on the link that frames go to, if it is not the next hop itself.</param>
/// <param name="Port">The port that frames leave by, or null.</param>
/// <param name="Mtu">The largest IP packet in bytes, before encapsulation, or null.</param>
/// <param name="Source">Where the route comes from.</param>
/// <param name="Preference">Of several routes to one prefix the one with the lowest is used.</param>
/// <param name="Used">True if it is that one.</param>
public sealed record RouteView(
    string Prefix, string Kind, string? NextHop, string? Neighbor, string? Port, int? Mtu, string Source, int Preference, bool Used);
