namespace VRouter.Core.Forwarding;

/// <summary>
/// The stages of the IPv4 graph, in the order in which frames mostly flow, and what each takes in. From <see cref="IPv4Input"/> on, byte 0 of a frame
/// is an IPv4 header; from <see cref="IPv4Lookup"/> on, that packet is valid and the frame ends where the packet ends.
/// </summary>
public static class StageNames
{
    /// <summary>Frames as received, before all other stages: forwards those that need nothing special. Leads to <see cref="EthernetInput"/>.</summary>
    public const string FusedForward = "fused-forward";

    /// <summary>Frames as received. Leads to <see cref="ArpInput"/> and <see cref="IPv4Input"/>.</summary>
    public const string EthernetInput = "ethernet-input";

    /// <summary>ARP packets, from byte 0.</summary>
    public const string ArpInput = "arp-input";

    /// <summary>What follows the Ethernet header, or came out of a tunnel: not yet validated.</summary>
    public const string IPv4Input = "ip4-input";

    /// <summary>Valid packets, and those that start here (<c>FrameFlags.LocallyGenerated</c>). Sets <c>Metadata.Adjacency</c>.</summary>
    public const string IPv4Lookup = "ip4-lookup";

    /// <summary>Packets whose adjacency leads out of a port, and whose options, if any, were read. Sets <c>Metadata.TxPort</c> and <c>Metadata.NextHop</c>, also for tunnels.</summary>
    public const string IPv4Forward = "ip4-forward";

    /// <summary>Super-frames that cannot go on whole; each segment of theirs goes back to <see cref="IPv4Input"/>.</summary>
    public const string IPv4Segment = "ip4-segment";

    /// <summary>Packets longer than their path's MTU that may be fragmented; TTL, port and next hop are done.</summary>
    public const string IPv4Fragment = "ip4-fragment";

    /// <summary>Packets that fit their IPIP tunnel.</summary>
    public const string IpipEncap = "ipip-encap";

    /// <summary>Packets that fit their VXLAN tunnel.</summary>
    public const string VxlanEncap = "vxlan-encap";

    /// <summary>
    /// Packets that are ready but for the Ethernet header: <c>Metadata.TxPort</c>, <c>Metadata.NextHop</c> and <c>Metadata.Adjacency</c> (for a MAC
    /// address that is known for good) are set.
    /// </summary>
    public const string EthernetRewrite = "ethernet-rewrite";

    /// <summary>Packets whose next hop's MAC address is not known yet; <c>Metadata.TxPort</c> and <c>Metadata.NextHop</c> tell it.</summary>
    public const string NeighborResolve = "neighbor-resolve";

    /// <summary>Packets addressed to the router, fragments among them. Leads to <see cref="IPv4Local"/>.</summary>
    public const string IPv4Reassemble = "ip4-reassemble";

    /// <summary>Packets addressed to the router, and fragments that are not for it to put together. Leads to the decapsulating stages and to <see cref="TunnelIcmpInput"/> among others.</summary>
    public const string IPv4Local = "ip4-local";

    /// <summary>Packets of protocol 4 addressed to the router.</summary>
    public const string IpipDecap = "ipip-decap";

    /// <summary>UDP packets addressed to the router's VXLAN port; fragments of UDP packets, where the port cannot be told, do not come here.</summary>
    public const string VxlanDecap = "vxlan-decap";

    /// <summary>Unfragmented ICMP error messages addressed to the router; those about no tunnel packet of ours are left to the host or ignored there.</summary>
    public const string TunnelIcmpInput = "tunnel-icmp-input";

    /// <summary>
    /// Packets that an ICMP error is to be sent about: <c>Metadata.Reason</c> tells which, <c>Metadata.EncapsulationLength</c> where the packet begins.
    /// From <see cref="TunnelIcmpInput"/> come packets of which only the beginning is there: at least the header and 8 bytes of payload, less than
    /// the total length says.
    /// </summary>
    public const string IcmpError = "icmp-error";
}
