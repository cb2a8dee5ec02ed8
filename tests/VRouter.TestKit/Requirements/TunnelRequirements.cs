using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 2003 (IPIP), RFC 6040 (ECN in tunnels) and RFC 7348 (VXLAN).</summary>
internal static class TunnelRequirements
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        Must("2003-3.1-header", "The outer header: protocol 4, the tunnel's ends as addresses, the inner type of service, a checksum and lengths of its own."),
        Must("2003-3.1-df", "If DF is set in the inner header, it is set in the outer one."),
        MustNot("2003-3.1-options", "The inner options are copied to the outer header."),
        Must("2003-3.1-ttl", "Forwarding into the tunnel lowers the inner TTL by one; encapsulation and decapsulation themselves do not change it."),
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
        Must("6040-4.1-normal", "In normal mode the inner ECN codepoint is copied to the outer header."),
        Must("6040-4.1-compatibility", "Where the far end is not known to carry ECN over, the outer codepoint is Not-ECT (compatibility mode).")
            .NotDone("the far ends are nodes of the same cluster, this router or Linux, which both do"),
        Must("6040-4.2-table", "The codepoint that comes out is that of the RFC's figure 4, for each pair of inner and outer ones."),
        MustNot("6040-4.2-not-ect", "A packet that is Not-ECT inside comes out with any other codepoint; if the outer one is CE, it is dropped."),
        Must("7348-5-vni-flag", "The I flag is set, for a valid VNI; all other flags and reserved bits are sent as zero."),
        Must("7348-5-reserved-ignored", "Reserved flags and bits are ignored on receipt (by default; the strict profile refuses them, as Linux does)."),
        Must("7348-5-no-vni", "A packet whose VNI is not one of ours is not taken in, nor one without the I flag."),
        Must("7348-5-zero-checksum", "A packet with a UDP checksum of zero is decapsulated."),
        Must("7348-5-false-checksum", "If a UDP checksum that is not zero is verified and false, the packet is dropped; if it is true, it is accepted."),
        Must("7348-5-true-checksum", "A UDP checksum that is sent, if not zero, is true over the whole packet.").NotApplicable("zero is sent, as the RFC recommends"),
        MustNot("7348-4.3-fragment", "The end of a VXLAN tunnel fragments VXLAN packets: what is too long is cut before it is encapsulated."),
        Must("7348-4.2-multicast", "Broadcast, unknown and multicast frames go to a multicast group of the VNI.")
            .NotApplicable("the tunnels carry IP packets between known nodes, whose addresses and MAC addresses are configured; no workload's frame is bridged"),
    ];
}
