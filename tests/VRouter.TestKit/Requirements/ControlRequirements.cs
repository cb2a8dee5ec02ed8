using static VRouter.TestKit.Requirements.Requirement;

namespace VRouter.TestKit.Requirements;

/// <summary>RFC 792 (ICMP), RFC 826 (ARP) and RFC 1191 (path MTU discovery).</summary>
internal static class ControlRequirements
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        Rule("792-Introduction-no-icmp-about-icmp", "No ICMP message is sent about an ICMP message (RFC 1122: about an ICMP error)."),
        Rule("792-Introduction-fragment-zero", "ICMP messages are about fragment zero only."),
        Rule("792-Message Formats-checksum", "The checksum covers the message from its type on."),
        Rule("792-Message Formats-unused", "Unused fields are sent as zero."),
        Rule("792-Destination Unreachable-quote", "The error quotes the header and the first 64 bits of the packet's data."),
        Rule("792-Destination Unreachable-df", "A packet that must be fragmented and has DF is discarded, and its sender told: code 4."),
        Rule("792-Destination Unreachable-protocol-port", "Where the router is the destination: code 2 for a protocol, code 3 for a port that nobody serves."),
        Rule("792-Time Exceeded-discard", "A packet whose TTL is zero is discarded."),
        Rule("792-Time Exceeded-reassembly", "If fragment zero is not there, no Time Exceeded is sent."),
        Rule("792-Parameter Problem-pointer", "A packet that its header keeps from being processed is discarded; the pointer of the message about it is the number of the byte that is wrong."),
        Rule("792-Echo-reply", "A reply is made of the request: addresses reversed, type 0, the checksum anew, identifier, sequence number and data as they were."),
        Rule("826-Packet Generation-request", "Who asks sends a request by broadcast with its own addresses, and the address that it wants."),
        Rule("826-Packet Reception-types", "Packets for other hardware or protocols are ignored."),
        Rule("826-Packet Reception-merge", "An entry for the sender's address is brought up to date by any packet of its."),
        Rule("826-Packet Reception-add", "The target of a packet makes an entry for a sender that it does not know.")
            .NotDone("entries are made by the router's own need alone, so that nobody on a link can fill the table; Linux makes one, and saves the request that the router sends when it first needs the neighbor"),
        Rule("826-Packet Reception-target", "Only the target answers (RFC 1027: or a router on its behalf, which is how a workload's gateway is found)."),
        Rule("826-Packet Reception-opcode", "Requests alone are answered."),
        Rule("826-Packet Reception-reply", "An answer has sender and target swapped, and goes to the asker on the link that it asked on."),
        Must("1191-3-reduce", "A message of code 4 lowers the estimate of the path's MTU at once, to what it tells."),
        Must("1191-3-old-style", "Messages of older routers, which tell the MTU 0, are dealt with: the estimate is the plateau (§7) below the length of the packet in question."),
        MustNot("1191-3-least", "The estimate of a path's MTU (here: of a tunnel's) falls under 68 bytes."),
        MustNot("1191-3-raise", "The estimate is raised because a message says so."),
        MustNot("1191-3-probe", "A higher value is tried less than 5 minutes after the path was told to be too narrow."),
        MustNot("1191-3-probe-again", "A higher value is tried less than a minute after one that succeeded.").NotApplicable("an estimate is forgotten as a whole, so that no higher value is left to try"),
        Must("1191-3-avoid", "After such a message no more are caused, so that discovery comes to an end: packets beyond the value told are refused or cut."),
        Must("1191-4-next-hop-mtu", "Destination Unreachable, code 4, tells the MTU of the next hop in its last 16 bits; of a tunnel what it takes."),
        Must("1191-4-zero", "The 16 bits before the MTU are zero."),
        Rule("1191-4-least", "The MTU told is at least 68."),
    ];
}
