using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 1812, chapter 5: forwarding.</summary>
internal static class ForwardingRequirements
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        Must("1812-5.2.1-verify-first", "The header is verified before anything is done by it."),
        MustNot("1812-5.2.1-local", "The header of a packet that is delivered locally has been changed, but for timestamps.")
            .NotApplicable("nothing above IP is handed any: the router answers echo itself, and on a shared uplink the host's kernel has the frame from the interface"),
        Must("1812-5.2.2-length", "A packet shorter than 20 bytes is no packet."),
        Must("1812-5.2.2-checksum", "The header checksum is true."),
        Must("1812-5.2.2-version", "The version is 4."),
        Must("1812-5.2.2-header-length", "The header length is at least 20 bytes."),
        Must("1812-5.2.2-total-length", "The total length holds at least the header."),
        MustNot("1812-5.2.2-no-switch", "These checks can be switched off.").NotApplicable("there is no such switch"),
        Must("1812-5.2.2-truncated", "A packet that is shorter than its total length says is discarded."),
        Must("1812-5.2.3-local", "A packet to one of the router's own addresses is delivered locally, and not forwarded."),
        Must("1812-5.2.4.2-connected", "A packet to a host of a connected network goes straight to it, others to a next hop."),
        Must("1812-5.2.4.3-longest", "Of the routes whose prefix holds the destination, the longest decides."),
        Must("1812-5.2.4.3-strict", "A packet with a strict source route that the router cannot follow is discarded, and answered with Source Route Failed.")
            .NotDone("it is discarded, as any source-routed packet, but silently: " + RouterRequirements.SourceRoutesDropped),
        MustNot("1812-5.2.5-reserved-drop", "A packet is dropped because reserved bits of its type of service or flags are set."),
        Must("1812-5.2.5-reserved-keep", "Reserved bits pass unchanged, into each fragment too."),
        Must("1812-5.2.6-fragment", "A packet longer than the next link takes, without DF, goes on in fragments."),
        MustNot("1812-5.2.6-reassemble", "Fragments are put together before they are forwarded."),
        Must("1812-5.2.7.1-host", "Where other hosts of a network may be reachable, the code is Host Unreachable, not Network Unreachable."),
        Must("1812-5.2.7.1-next-hop-mtu", "Fragmentation Needed has the form of RFC 1191."),
        MustNot("1812-5.2.7.2-network-redirects", "Redirects for networks (codes 0 and 2) are sent."),
        Must("1812-5.2.7.2-host-redirects", "Redirects for hosts (code 1) can be sent.")
            .NotDone("a workload is alone on its link, so there is no better router to tell of; what would go back out of a shared uplink the host's kernel forwards, with its redirects; an uplink that is the router's alone leads to nodes and routers, which have their routes from the cluster"),
        MustNot("1812-5.2.7.2-conditions", "A redirect is sent unless the packet leaves by the port that it came by, and its sender is on the next hop's subnet.").NotApplicable("none is sent"),
        MustNot("1812-5.2.7.2-learn", "Routes are learned from redirects.").NotApplicable("no stage of the data path writes routes"),
        Must("1812-5.2.7.3-time-exceeded", "A packet that is discarded for its TTL is answered with Time Exceeded, code 0."),
        Must("1812-5.3.1-decrement", "Forwarding lowers the TTL by at least one."),
        Must("1812-5.3.1-discard", "A packet whose TTL falls to 0 is discarded, and its sender told."),
        MustNot("1812-5.3.1-predict", "A packet is discarded because the next router will discard it."),
        Must("1812-5.3.2-tos", "Each route has a type of service.").NotApplicable("asked of routers that choose routes by it, which is a SHOULD; RFC 2474 has given the field another meaning"),
        Must("1812-5.3.3.1-precedence", "Queues by precedence can be configured.").NotApplicable("asked of routers that have such queues; packets leave in the order in which they came"),
        Must("1812-5.3.3.3-accept", "Packets of all precedences are accepted alike."),
        MustNot("1812-5.3.3.3-change", "The precedence of others' packets is changed."),
        Must("1812-5.3.3.3-link", "Errors of the link layer about precedence are heeded.").NotApplicable("Ethernet has none"),
        MustNot("1812-5.3.4-forward", "A packet that came by link-layer broadcast or multicast is forwarded, unless to an IP multicast address (which is not forwarded either)."),
        Must("1812-5.3.4-send", "What the router sends by link-layer broadcast has a broadcast or multicast destination: it sends no IP packet so."),
        MustNot("1812-5.3.5.1-limited", "A packet to 255.255.255.255 is forwarded."),
        MustNot("1812-5.3.5.1-discard", "A packet to 255.255.255.255 is discarded unread: the host gets it where it shares the uplink; a router alone has nothing that would read it."),
        Must("1812-5.3.5.2-remote", "A packet to the broadcast address of a network that is not connected goes on as any."),
        MustNot("1812-5.3.5.2-directed", "As RFC 2644 changes it: a packet to the broadcast address of a connected subnet is forwarded by default."),
        MustNot("1812-5.3.6-precedence", "Of queued packets one of higher precedence is discarded while one of lower precedence stays.").NotApplicable("asked of routers with queues by precedence"),
        Must("1812-5.3.7-default", "A switch for the check of invalid addresses is on by default.").NotApplicable("the check has no switch"),
        Must("1812-5.3.8-default", "A check of sources against the routes back is off by default.")
            .NotApplicable("there is none; a workload's sources are checked against its own addresses, always, as on a Calico node (BCP 38)"),
        Must("1812-5.3.8-silent", "A packet that such a check refuses is discarded silently."),
        Must("1812-5.3.9-silent", "Filters can discard silently, and match any address.").NotApplicable("there are no filters that one configures; false sources of workloads are discarded silently"),
        Must("1812-5.3.11-off", "Where forwarding is switched off for a port, it gets and gives only what is to and from the router.").NotApplicable("the switch is a SHOULD, and there is none: a port is in use or closed"),
        Must("1812-5.3.12.3-remove", "When an interface fails, the routes that use it are removed, and the best others take their place.")
            .NotDone("routes are what the resources and the host's kernel say; those of the kernel go with its interface, others stay, since what a shorter prefix leads to is no way to the same workload: their packets are dropped, and where the port is gone their sender is told Host Unreachable, as the section's SHOULD has it"),
        Must("1812-5.3.12.4-again", "When it is there again, so are they."),
        Must("1812-5.3.13.1-unknown", "Options that the router does not know pass unchanged."),
        Must("1812-5.3.13.3-stream-identifier", "A stream identifier option passes unchanged."),
        Must("1812-5.3.13.4-source-route", "Source routes are followed.")
            .NotDone(RouterRequirements.SourceRoutesDropped),
        Must("1812-5.3.13.5-record-route", "The router writes its address into record route options."),
        Must("1812-5.3.13.6-timestamp", "The router writes the time into timestamp options, and its address where they ask for it."),
    ];
}
