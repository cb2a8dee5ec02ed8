using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>One way out of a kernel route.</summary>
/// <param name="LinkIndex">The output interface, 0 if none is named.</param>
/// <param name="Gateway">The IPv4 gateway; null if the destination is on-link (or see <paramref name="HasOtherGateway"/>).</param>
/// <param name="Weight">The share of a multipath route, from 1.</param>
/// <param name="HasOtherGateway">True if the gateway is of another address family (RTA_VIA), so that the destination is not on-link.</param>
public readonly record struct KernelNextHop(int LinkIndex, IPv4Address? Gateway, int Weight, bool HasOtherGateway);
