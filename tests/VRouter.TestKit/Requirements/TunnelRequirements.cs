using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 2003 (IPIP), RFC 6040 (ECN in tunnels) and RFC 7348 (VXLAN).</summary>
internal static class TunnelRequirements
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        Rule("2003-3.1-header", "The outer header: protocol 4, the tunnel's ends as addresses, the inner type of service, a checksum and lengths of its own."),
        Must("2003-3.1-df", "If DF is set in the inner header, it is set in the outer one."),
        Rule("2003-3.1-options", "The inner options are not copied to the outer header."),
        Rule("2003-3.1-ttl", "Forwarding into the tunnel lowers the inner TTL by one; encapsulation and decapsulation themselves do not change it."),
        MustNot("2003-3.1-ttl-zero", "A packet with TTL 0 is encapsulated."),
        Must("2003-3.1-inner-ttl-zero", "A packet that comes out of the tunnel with TTL 0 is discarded, also if it is to the router itself; plain ones are not (RFC 1812 §4.2.2.9)."),
        MustNot("2003-3.2-own-source", "A received packet whose source is one of the router's own addresses is tunnelled; it is discarded."),
        MustNot("2003-3.2-far-end-source", "A packet whose source is the tunnel's far end is tunnelled to it; it is discarded."),
        Must("2003-4.1-too-big", "Fragmentation Needed about an outer packet is told to the inner sender, with what the tunnel takes."),
        Must("2003-4.1-network", "Network Unreachable about an outer packet is told as such, unless the inner destination is on a network of the encapsulator's own."),
        MustNot("2003-4.1-port", "Port Unreachable about an outer packet is relayed to the inner sender."),
        MustNot("2003-4.1-source-route", "Source Route Failed about an outer packet is relayed to the inner sender."),
        MustNot("2003-4.3-redirect", "A redirect about an outer packet is relayed to the inner sender."),
        Must("2003-4.4-time-exceeded", "Time Exceeded about an outer packet is told to the inner sender as Host Unreachable."),
        MustNot("2003-4.5-parameter-problem", "Parameter Problem about what the encapsulator itself wrote is relayed."),
        Must("2003-5.1-soft-state", "The encapsulator keeps the path MTU of each tunnel, and holds later packets to it."),
        Must("6040-4.1-normal", "In normal mode the inner ECN codepoint is copied to the outer header."),
        Must("6040-4.2-table", "The codepoint that comes out is that of the RFC's figure 4, for each pair of inner and outer ones."),
        MustNot("6040-4.2-not-ect", "A packet that is Not-ECT inside comes out with any other codepoint; if the outer one is CE, it is dropped."),
        Must("6040-4.2-severest", "A packet that is ECN-capable inside comes out with the severer codepoint of both: CE before ECT(1), ECT(1) before ECT(0), ECT(0) before Not-ECT."),
        Must("6040-4.2-logging", "Logs and alarms about odd pairs of codepoints can be suppressed.").NotApplicable("there are none; what is dropped is counted"),
        Must("6040-4.3-compatibility", "Compatibility mode (an outer codepoint of Not-ECT) can be had, unless the tunnel is never used with a far end that does not carry ECN over.")
            .NotApplicable("such tunnels are never used: their ends are nodes of one cluster by configuration, this router or Linux, and both carry it over"),
        MustNot("6040-4.3-switched-off", "ECN stays switched off in a tunnel for good (compatibility mode alone)."),
        Must("6040-4.3-discovery", "While an encapsulator finds out what the far end is, it is in compatibility mode.").NotApplicable("far ends are configured, not discovered"),
        Must("6040-4.4-discovery", "A decapsulator agrees to each ECN mode that it is asked for, and raises no error if it is asked for none.").NotApplicable("far ends are configured, and never ask"),
        Rule("7348-4.1-vni", "A packet is taken in if its VNI is valid (the I flag is set) and ours."),
        Rule("7348-4.1-inner-destination", "A packet is taken in if the inner destination MAC address is one behind this end: that of its VTEP."),
        Rule("7348-4.2-multicast", "Broadcast, unknown and multicast frames go to a multicast group of the VNI.")
            .NotApplicable("the tunnels carry IP packets between known nodes, whose addresses and MAC addresses are configured; no workload's frame is bridged"),
        MustNot("7348-4.3-fragment", "The end of a VXLAN tunnel fragments VXLAN packets: what is too long is cut before it is encapsulated."),
        Must("7348-5-vni-flag", "The I flag is set, for a valid VNI; all other flags and reserved bits are sent as zero."),
        Must("7348-5-reserved-ignored", "Reserved flags and bits are ignored on receipt (by default; the strict profile refuses them, as Linux does)."),
        Must("7348-5-zero-checksum", "A packet with a UDP checksum of zero is decapsulated."),
        Must("7348-5-false-checksum", "If a UDP checksum that is not zero is verified and false, the packet is dropped; if it is true, it is accepted."),
        Must("7348-5-true-checksum", "A UDP checksum that is sent, if not zero, is true over the whole packet.").NotApplicable("zero is sent, as the RFC recommends"),
    ];
}
