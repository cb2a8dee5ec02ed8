using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 1812, chapter 5: forwarding.</summary>
internal static class ForwardingRequirements
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        Must("1812-5.2.2-length", "A packet shorter than 20 bytes is no packet."),
        Must("1812-5.2.2-checksum", "The header checksum is true."),
        Must("1812-5.2.2-version", "The version is 4."),
        Must("1812-5.2.2-header-length", "The header length is at least 20 bytes."),
        Must("1812-5.2.2-total-length", "The total length holds at least the header."),
        MustNot("1812-5.2.2-no-switch", "These checks can be switched off.").NotApplicable("there is no such switch"),
        MustNot("1812-5.2.5-reserved-drop", "A packet is dropped because reserved bits of its type of service or flags are set."),
        Must("1812-5.2.5-reserved-keep", "Reserved bits pass unchanged, into each fragment too."),
        Must("1812-5.2.6-fragment", "A packet longer than the next link takes, without DF, goes on in fragments."),
        MustNot("1812-5.2.6-reassemble", "Fragments are put together before they are forwarded."),
        MustNot("1812-5.2.7.2-network-redirects", "Redirects for networks (codes 0 and 2) are sent."),
        Must("1812-5.2.7.2-host-redirects", "Redirects for hosts (code 1) can be sent.")
            .NotDone("a workload is alone on its link, so there is no better router to tell of; Calico switches redirects off too (send_redirects)"),
        MustNot("1812-5.2.7.2-learn", "Routes are learned from redirects.").NotApplicable("no stage of the data path writes routes"),
        Must("1812-5.2.7.3-time-exceeded", "A packet that is discarded for its TTL is answered with Time Exceeded, code 0."),
        Must("1812-5.3.1-decrement", "Forwarding lowers the TTL by at least one."),
        Must("1812-5.3.1-discard", "A packet whose TTL falls to 0 is discarded, and its sender told."),
        MustNot("1812-5.3.1-predict", "A packet is discarded because the next router will discard it."),
        Must("1812-5.3.3.3-accept", "Packets of all precedences are accepted alike."),
        MustNot("1812-5.3.3.3-change", "The precedence of others' packets is changed."),
        MustNot("1812-5.3.4-forward", "A packet that came by link-layer broadcast or multicast is forwarded, unless to an IP multicast address (which is not forwarded either)."),
        Must("1812-5.3.4-send", "What the router sends by link-layer broadcast has a broadcast or multicast destination: it sends no IP packet so."),
        MustNot("1812-5.3.5.1-limited", "A packet to 255.255.255.255 is forwarded."),
        MustNot("1812-5.3.5.2-directed", "As RFC 2644 changes it: a packet to the broadcast address of a connected subnet is forwarded by default."),
        Must("1812-5.3.7-default", "A switch for the check of invalid addresses is on by default.").NotApplicable("the check has no switch"),
        Must("1812-5.3.8-default", "A check of sources against the routes back is off by default.")
            .NotApplicable("there is none; a workload's sources are checked against its own addresses, always, as on a Calico node (BCP 38)"),
        Must("1812-5.3.13.1-unknown", "Options that the router does not know pass unchanged."),
        Must("1812-5.3.13.3-stream-identifier", "A stream identifier option passes unchanged."),
        Must("1812-5.3.13.4-source-route", "Source routes are followed.")
            .NotDone("source-routed packets are dropped by default almost everywhere, as by Linux's accept_source_route 0 (RFC 7126 §4.3)"),
        Must("1812-5.3.13.5-record-route", "The router writes its address into record route options."),
        Must("1812-5.3.13.6-timestamp", "The router writes the time into timestamp options, and its address where they ask for it."),
    ];
}
