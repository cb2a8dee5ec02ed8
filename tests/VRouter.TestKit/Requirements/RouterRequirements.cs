using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 1812, chapter 4: the Internet layer's protocols.</summary>
internal static class RouterRequirements
{
    internal const string SourceRoutesDropped = "source-routed packets are dropped, as by Linux's accept_source_route 0; RFC 7126 (§4.3, §4.4), newer and a best current practice, has this as the default";

    public static IReadOnlyList<Requirement> All { get; } =
    [
        Must("1812-4.2.1-cidr", "Routes have prefixes of any length, and the longest one that holds the destination decides."),
        Must("1812-4.2.2.1-known-options", "In packets to the router, the options that it knows are interpreted."),
        Must("1812-4.2.2.1-stream-identifier", "A stream identifier option in a packet to the router is ignored."),
        Must("1812-4.2.2.1-source-route", "The router can be the final destination of a source route.").NotDone(SourceRoutesDropped + "; what a host's kernel takes, it takes by its own rules"),
        MustNot("1812-4.2.2.1-originate", "The router originates a packet with several source routes.").NotApplicable("it originates none with any"),
        Must("1812-4.2.2.1-reverse", "What answers a source-routed packet goes back by its route, reversed.").NotDone(SourceRoutesDropped + ", so that nothing answers them but a Parameter Problem about a malformed one"),
        Must("1812-4.2.2.1-timestamp", "A timestamp option in a packet to the router gets the time, or, where there is no room, its count goes up."),
        Must("1812-4.2.2.2-own-address", "The address written into a route or timestamp option is that of the interface that the packet leaves by, or the router's own where that has none (workload ports)."),
        MustNot("1812-4.2.2.2-router-id", "Which address is written where the port has none changes without reconfiguration.").NotApplicable("it is the node's address of the configuration; nothing else sets it"),
        MustNot("1812-4.2.2.3-reserved-bits", "A packet is dropped because a reserved bit of the header is set."),
        MustNot("1812-4.2.2.3-own", "The router sets a reserved flag in packets of its own."),
        Must("1812-4.2.2.5-verify", "The header checksum of each received packet is verified, and a packet with a false one is discarded; nothing switches this off."),
        Must("1812-4.2.2.6-unknown-options", "Options that the router does not know are ignored."),
        Must("1812-4.2.2.6-one-byte-options", "End of option list and no operation, which have no length, are understood."),
        Must("1812-4.2.2.7-fragment", "Packets are cut into fragments as RFC 791 has it."),
        Must("1812-4.2.2.8-reassemble", "Fragments of datagrams to the router itself are put together."),
        MustNot("1812-4.2.2.9-ttl-of-own", "A packet to the router itself is discarded because its TTL is 0 or 1 (out of an IPIP tunnel: RFC 2003 §3.1)."),
        MustNot("1812-4.2.2.9-zero", "A packet is sent with TTL 0."),
        Must("1812-4.2.2.9-configurable", "A fixed TTL of the router's own packets can be configured.")
            .NotDone("it has no transport; its ICMP messages and tunnel packets start at 64, the value that the IANA registry recommends and Linux has, which is more than any path needs"),
        Must("1812-4.2.2.11-own-source", "What the router originates has one of its own addresses as the source, no broadcast or multicast address."),
        Must("1812-4.2.2.11-invalid-source", "A received packet with a source that cannot be a sender's is silently discarded."),
        MustNot("1812-4.2.2.11-loopback", "An address of 127.0.0.0/8 appears outside a host."),
        Must("1812-4.2.2.11-broadcast-to-us", "A packet to a broadcast address is received: by the host where it shares the uplink; a router alone serves nothing that is asked for so (echo need not be, §4.3.3.6), and says nothing (§4.3.2.7)."),
        Must("1812-4.2.2.11-multicast-to-us", "A packet to a group that the router has joined is received.").NotApplicable("the router joins none; the host's groups are the host's, where it shares the uplink"),
        Must("1812-4.2.3.1-broadcasts", "255.255.255.255 and the last address of a subnet are taken for broadcasts; so is its first, of old, unless it is discarded on receipt."),
        Must("1812-4.2.3.4-prefixes", "Networks may be in several places, with prefixes of different lengths."),
        Must("1812-4.3.2.1-unknown-type", "ICMP messages of unknown types are discarded silently or handed to whoever may know them (on a shared uplink the host)."),
        Must("1812-4.3.2.2-ttl", "ICMP messages of the router's own get a TTL of their own, not that of the packet that caused them."),
        Must("1812-4.3.2.3-quote", "An ICMP error holds the header and at least 8 bytes of the packet as it was received, but for what forwarding had changed before."),
        Must("1812-4.3.2.4-source", "An ICMP message comes from an address of the interface that it leaves by, or from the router's own where that has none (workload ports)."),
        Must("1812-4.3.2.5-reply-tos", "An ICMP reply has the type of service and the precedence of its request."),
        MustNot("1812-4.3.2.7-icmp-error", "An ICMP error is sent about an ICMP error."),
        MustNot("1812-4.3.2.7-invalid", "An ICMP error is sent about a packet that fails validation (§5.2.2)."),
        MustNot("1812-4.3.2.7-broadcast", "An ICMP error is sent about a packet to a broadcast or multicast address."),
        MustNot("1812-4.3.2.7-link-broadcast", "An ICMP error is sent about a packet that came by link-layer broadcast or multicast."),
        MustNot("1812-4.3.2.7-source", "An ICMP error is sent about a packet whose source is on network 0 or invalid."),
        MustNot("1812-4.3.2.7-fragment", "An ICMP error is sent about a fragment other than the first."),
        MustNot("1812-4.3.2.7-silent", "An ICMP error is sent about what this RFC has discarded silently."),
        Must("1812-4.3.2.8-quench", "A router that sends Source Quench can limit its rate.").NotApplicable("none is sent (RFC 6633)"),
        Must("1812-4.3.3.1-network", "A packet that no route leads on for is answered with Destination Unreachable, code 0."),
        Must("1812-4.3.3.1-host", "A packet for a host of a connected network that is known not to answer there is answered with Destination Unreachable, code 1."),
        Must("1812-4.3.3.1-tos", "A packet that routes lead on for, but none for its type of service, is answered with code 11 or 12.").NotApplicable("routes have no type of service; RFC 2474 has given the field another meaning"),
        Must("1812-4.3.3.4-reassembly-time", "Reassembly that runs out of time is told as RFC 1122 §3.3.2 says: Time Exceeded, code 1, if the first fragment is there."),
        Must("1812-4.3.3.4-receive", "A Time Exceeded message to the router is given to the transport.").NotApplicable("it has none; what is about a tunnel packet is translated (RFC 2003 §4.4)"),
        Must("1812-4.3.3.5-parameter-problem", "Errors that no other ICMP message covers are told by Parameter Problem: errors in options; those in other fields are discarded silently (§5.2.2)."),
        Must("1812-4.3.3.5-unchanged", "The byte that the pointer names is quoted as it was received."),
        Must("1812-4.3.3.6-echo", "Echo requests to the router are answered."),
        Must("1812-4.3.3.6-size", "Echo requests as long as the longest MTU, and at least 576 bytes, are received, put together and answered."),
        Must("1812-4.3.3.6-source", "The source of an echo reply is the address that was asked."),
        Must("1812-4.3.3.6-data", "An echo reply holds all data of its request."),
        Must("1812-4.3.3.6-source-route", "A source route in an echo request is reversed for the reply.")
            .NotDone(SourceRoutesDropped + ", so that such a request gets no reply"),
        Must("1812-4.3.3.8-timestamp", "Each ICMP timestamp request is answered, if any is.").NotApplicable("answering is a MAY, and none is; what time it is on a node is no one's business"),
        Must("1812-4.3.3.9-address-mask", "Address mask requests can be answered.").NotDone("RFC 6918 §2.4 and §2.5 has deprecated the messages since; Linux does not answer them either"),
        MustNot("1812-4.3.3.9-learn", "An address mask is learned from a reply.").NotApplicable("masks are configured, and replies discarded"),
        Must("1812-4.3.3.10-discovery", "Routers announce themselves by ICMP router discovery.")
            .NotDone("nobody would listen: a workload's gateway is 169.254.1.1 by configuration, as on any Calico node, and hosts on the uplink have routes to the node's workloads from the cluster or none; Linux's kernel sends none either"),
    ];
}
