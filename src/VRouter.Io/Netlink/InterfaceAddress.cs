using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>An IPv4 address of an interface.</summary>
/// <param name="LinkIndex">The interface.</param>
/// <param name="Address">The local address.</param>
/// <param name="PrefixLength">The length of the on-link prefix.</param>
/// <param name="Peer">The peer's address on a point-to-point interface, else the local address.</param>
/// <param name="IsSecondary">IFA_F_SECONDARY: another address of the same prefix comes first.</param>
public sealed record InterfaceAddress(int LinkIndex, IPv4Address Address, int PrefixLength, IPv4Address Peer, bool IsSecondary)
{
    /// <summary>The prefix that is on-link through this address.</summary>
    public IPv4Prefix Prefix => new(Peer, PrefixLength);
}
