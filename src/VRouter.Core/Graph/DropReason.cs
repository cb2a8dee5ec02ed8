namespace VRouter.Core.Graph;

/// <summary>
/// Why a frame was discarded: the one declared list, append-only, since the numbers stand in recordings. Each member carries its sentence,
/// severity and ICMP error; <see cref="DropReasons"/> reads them. A parser of <c>Wire</c> returns one of these, <see cref="None"/> for success.
/// </summary>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None = 0,

    // Ethernet and ARP.
    [DropInfo("The frame is shorter than an Ethernet header.", DropSeverity.Warning)]
    EthernetTruncated,
    [DropInfo("The frame carries an IEEE 802.3 length, not an EtherType.", DropSeverity.Info)]
    EthernetLengthField,
    [DropInfo("The EtherType is neither IPv4 nor ARP.", DropSeverity.Info)]
    EtherTypeUnsupported,
    [DropInfo("IPv6 is not forwarded by this version.", DropSeverity.Info)]
    IPv6Unsupported,
    [DropInfo("The frame carries a VLAN tag, and no port accepts tags.", DropSeverity.Warning)]
    VlanTagged,
    [DropInfo("The destination MAC address is not the port's.", DropSeverity.Info)]
    MacNotOurs,
    [DropInfo("The source MAC address is a group address or zero.", DropSeverity.Warning)]
    MacSourceInvalid,
    [DropInfo("The ARP packet is shorter than its 28 bytes.", DropSeverity.Warning)]
    ArpTruncated,
    [DropInfo("The ARP packet is not for IPv4 over Ethernet, or its operation is unknown.", DropSeverity.Info)]
    ArpUnsupported,
    [DropInfo("The ARP sender is not the workload of this port.", DropSeverity.Warning)]
    ArpSenderNotAllowed,
    [DropInfo("The ARP request asks for an address that this router does not answer for.", DropSeverity.Info)]
    ArpTargetNotOurs,
    [DropInfo("The ARP packet announces or probes an address of the workload itself, so nobody must answer.", DropSeverity.Info)]
    ArpOwnAddress,

    // IPv4 validation, RFC 1812 §5.2.2 and §5.3.7.
    [DropInfo("The packet is shorter than an IPv4 header.", DropSeverity.Warning)]
    IPv4Truncated,
    [DropInfo("The IP version is not 4.", DropSeverity.Warning)]
    IPv4Version,
    [DropInfo("The IPv4 header length is under 20 bytes or beyond the packet.", DropSeverity.Warning)]
    IPv4HeaderLength,
    [DropInfo("The IPv4 total length is under the header length or beyond the frame.", DropSeverity.Warning)]
    IPv4TotalLength,
    [DropInfo("The IPv4 header checksum is wrong.", DropSeverity.Warning)]
    IPv4Checksum,
    [DropInfo("The fragment reaches beyond the largest datagram.", DropSeverity.Warning)]
    IPv4FragmentOffset,
    [DropInfo("The source address cannot be a sender (multicast, broadcast, loopback, 0/8, class E, or this router's own).", DropSeverity.Warning)]
    IPv4MartianSource,
    [DropInfo("The destination address cannot be forwarded to (loopback, 0/8, class E, link-local).", DropSeverity.Warning)]
    IPv4MartianDestination,
    [DropInfo("Broadcast packets are not forwarded.", DropSeverity.Info)]
    IPv4Broadcast,
    [DropInfo("Multicast packets are not forwarded.", DropSeverity.Info)]
    IPv4Multicast,
    [DropInfo("The workload sent from an address that is not its own.", DropSeverity.Warning)]
    SourceSpoofed,
    [DropInfo("The workload sent IPIP or VXLAN, which would escape into the node network.", DropSeverity.Warning)]
    WorkloadEncapsulation,

    // Forwarding.
    [DropInfo("No route leads to the destination.", DropSeverity.Info, IcmpReply.NetworkUnreachable)]
    NoRoute,
    [DropInfo("The route to the destination says unreachable.", DropSeverity.Info, IcmpReply.HostUnreachable)]
    RouteUnreachable,
    [DropInfo("The destination is an unused address of this node's own block.", DropSeverity.Info)]
    RouteBlackhole,
    [DropInfo("The TTL ran out.", DropSeverity.Info, IcmpReply.TimeExceeded)]
    TtlExpired,
    [DropInfo("The packet exceeds the path's MTU and must not be fragmented (DF is set).", DropSeverity.Info, IcmpReply.FragmentationNeeded)]
    FragmentationNeeded,
    [DropInfo("The path's MTU leaves no room for a fragment.", DropSeverity.Error)]
    FragmentationImpossible,
    [DropInfo("The port that the route names is gone or down.", DropSeverity.Error, IcmpReply.HostUnreachable)]
    PortUnavailable,
    [DropInfo("The next hop did not answer ARP.", DropSeverity.Warning, IcmpReply.HostUnreachable)]
    NeighborUnresolved,
    [DropInfo("Too many frames wait for the next hop's ARP answer.", DropSeverity.Warning)]
    NeighborQueueFull,
    [DropInfo("The neighbor table is full.", DropSeverity.Error)]
    NeighborTableFull,

    // Tunnels.
    [DropInfo("The UDP header is truncated.", DropSeverity.Warning)]
    UdpTruncated,
    [DropInfo("The UDP length does not fit the packet.", DropSeverity.Warning)]
    UdpLength,
    [DropInfo("The UDP checksum is wrong.", DropSeverity.Warning)]
    UdpChecksum,
    [DropInfo("The TCP header is truncated.", DropSeverity.Warning)]
    TcpTruncated,
    [DropInfo("The VXLAN header is truncated.", DropSeverity.Warning)]
    VxlanTruncated,
    [DropInfo("The VXLAN header's I flag is not set.", DropSeverity.Warning)]
    VxlanNoVni,
    [DropInfo("The VXLAN header's reserved bits are set, and the strict profile refuses them.", DropSeverity.Warning)]
    VxlanReservedBits,
    [DropInfo("The VXLAN network identifier is not one of ours.", DropSeverity.Warning)]
    VxlanVniUnknown,
    [DropInfo("The inner destination MAC address is not this VTEP's.", DropSeverity.Info)]
    VxlanInnerMacNotOurs,
    [DropInfo("The inner source MAC address is this VTEP's own (a loop), zero or a group address.", DropSeverity.Warning)]
    VxlanInnerSourceInvalid,
    [DropInfo("The inner frame is not IPv4.", DropSeverity.Info)]
    VxlanInnerUnsupported,
    [DropInfo("A tunnel packet came from an address that is no known node.", DropSeverity.Warning)]
    TunnelPeerUnknown,
    [DropInfo("A fragment of a tunnel packet came where only whole ones are taken out.", DropSeverity.Warning)]
    TunnelFragment,
    [DropInfo("The outer header says congestion experienced, the inner one not ECN-capable (RFC 6040 §4.2).", DropSeverity.Warning)]
    TunnelEcn,
    [DropInfo("Tunnels of this kind are not in use on this node.", DropSeverity.Warning)]
    TunnelDisabled,
    [DropInfo("The tunnel nests deeper than this router follows.", DropSeverity.Warning)]
    TunnelNesting,
    [DropInfo("The frame has no headroom for the encapsulation.", DropSeverity.Error)]
    NoHeadroom,

    // ICMP and local delivery.
    [DropInfo("The ICMP message is truncated.", DropSeverity.Warning)]
    IcmpTruncated,
    [DropInfo("The ICMP checksum is wrong.", DropSeverity.Warning)]
    IcmpChecksum,
    [DropInfo("ICMP errors are sent no faster than their limit.", DropSeverity.Info)]
    IcmpRateLimited,
    [DropInfo("No ICMP error is sent about such a packet (RFC 1812 §4.3.2.7).", DropSeverity.Info)]
    IcmpNotAllowed,
    [DropInfo("The ICMP error about a tunnel packet quotes too little to tell the inner sender.", DropSeverity.Info)]
    IcmpQuoteTooShort,
    [DropInfo("The router itself serves no such transport port.", DropSeverity.Info, IcmpReply.PortUnreachable)]
    LocalPortClosed,
    [DropInfo("The router itself speaks no such protocol.", DropSeverity.Info, IcmpReply.ProtocolUnreachable)]
    LocalProtocolUnsupported,
    [DropInfo("The router itself serves nothing of this kind, silently.", DropSeverity.Info)]
    LocalIgnored,
    [DropInfo("A fragment addressed to the router itself came by link broadcast.", DropSeverity.Info)]
    LocalFragment,

    // Frames and ports.
    [DropInfo("The frame pool is empty.", DropSeverity.Error)]
    NoBuffer,
    [DropInfo("The frame is longer than a buffer.", DropSeverity.Error)]
    RxTooLong,
    [DropInfo("The kernel's receive ring was full.", DropSeverity.Error)]
    RxRingFull,
    [DropInfo("The kernel handed over a frame with offload metadata that makes no sense.", DropSeverity.Error)]
    RxOffloadInvalid,
    [DropInfo("The kernel cut the frame off.", DropSeverity.Error)]
    RxTruncated,
    [DropInfo("The transmit ring was full.", DropSeverity.Error)]
    TxRingFull,
    [DropInfo("The frame is longer than the port's MTU allows.", DropSeverity.Error)]
    TxTooLong,
    [DropInfo("The kernel refused the frame.", DropSeverity.Error)]
    TxRefused,
    [DropInfo("The port is down.", DropSeverity.Warning)]
    PortDown,
    [DropInfo("A fault injector dropped the frame on purpose.", DropSeverity.Info)]
    FaultInjected,

    // Reassembly of what is addressed to the router itself.
    [DropInfo("A fragment carries nothing, or is not the last and carries no multiple of 8 bytes.", DropSeverity.Warning)]
    FragmentLength,
    [DropInfo("The first fragment is too short for the header that follows IPv4's (RFC 1858).", DropSeverity.Warning)]
    FragmentTiny,
    [DropInfo("Fragments of one datagram overlap; all of it is dropped (RFC 1858, RFC 5722).", DropSeverity.Warning)]
    FragmentOverlap,
    [DropInfo("Fragments of one datagram contradict one another on where it ends; all of it is dropped.", DropSeverity.Warning)]
    FragmentEnd,
    [DropInfo("A fragment came twice.", DropSeverity.Info)]
    FragmentDuplicate,
    [DropInfo("A datagram came in more fragments than are kept of one; all of it is dropped.", DropSeverity.Warning)]
    FragmentsTooMany,
    [DropInfo("Fragments that waited for others gave way to newer ones.", DropSeverity.Warning)]
    FragmentsEvicted,
    [DropInfo("The ECN codepoints of one datagram's fragments contradict one another (RFC 3168 §5.3); all of it is dropped.", DropSeverity.Warning)]
    FragmentEcn,
    [DropInfo("Not all fragments of a datagram came in time; this is the first of those that did.", DropSeverity.Warning, IcmpReply.ReassemblyTimeExceeded)]
    ReassemblyTimeout,
    [DropInfo("Not all fragments of a datagram came in time; this is one of those that did.", DropSeverity.Warning)]
    ReassemblyIncomplete,

    // Links.
    [DropInfo("A packet that came by link-layer broadcast or multicast is not forwarded (RFC 1812 §5.3.4).", DropSeverity.Info)]
    LinkBroadcast,

    // IPv4 options.
    [DropInfo("An IPv4 option's length or pointer cannot be, or one that may come once came twice.", DropSeverity.Warning, IcmpReply.ParameterProblem)]
    IPv4OptionMalformed,
    [DropInfo("The timestamp option is full, and so is its count of routers that found no room.", DropSeverity.Info, IcmpReply.ParameterProblem)]
    IPv4OptionOverflow,
    [DropInfo("Source-routed packets are dropped (RFC 7126 §4.3, §4.4).", DropSeverity.Warning)]
    IPv4SourceRoute,

    // Who may not send through here.
    [DropInfo("A packet with a link-local source is not forwarded (RFC 3927 §7).", DropSeverity.Warning)]
    IPv4LinkLocalSource,
    [DropInfo("The packet comes from the far end of the tunnel that it would enter (RFC 2003 §3.2).", DropSeverity.Warning)]
    TunnelLoop,
}
