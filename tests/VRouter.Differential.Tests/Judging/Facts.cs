using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Judging;

/// <summary>
/// What rules of docs/divergences.md speak of: a case's first frame and what both routers made of it. Of a VXLAN or IPIP packet to the node, facts with "inner." in front say
/// the same of the inner one; those with "packet." in front speak of the inner one where there is one, else of the only one.
/// </summary>
internal static class Facts
{
    private const string Inner = "inner.";
    private const ushort VxlanPort = 4789;
    private static readonly IPv4Address Node = IPv4Address.Parse(TwinNetwork.NodeAddress);

    /// <summary>Collects the facts.</summary>
    public static Dictionary<string, string> Of(IReadOnlyList<PortFrame> sent, RouterOutput ours, IReadOnlyList<PortFrame> linux, IEnumerable<string> differs)
    {
        var facts = new Dictionary<string, string>
        {
            ["port"] = TwinNetwork.PortNames[sent[0].Port],
            ["frames"] = sent.Count.ToString(),
            ["ours"] = Outcome.Of(ours.Frames),
            ["linux"] = Outcome.Of(linux),
            ["drop"] = ours.Drops.Count == 0 ? "none" : string.Join(",", ours.Drops.Distinct().Select(reason => reason.ToString())),
            ["differs"] = string.Join(",", differs),
        };
        Ethernet("", sent[0].Frame, TwinNetwork.RouterMac(sent[0].Port), facts);
        foreach (var (name, value) in facts.Where(fact => fact.Key.Contains('.')).OrderBy(fact => fact.Key.StartsWith(Inner, StringComparison.Ordinal)).ToList())
            facts["packet." + (name.StartsWith(Inner, StringComparison.Ordinal) ? name[Inner.Length..] : name)] = value;
        return facts;
    }

    private static void Ethernet(string prefix, byte[] frame, MacAddress own, Dictionary<string, string> facts)
    {
        if (EthernetHeader.Parse(frame, out var header) == DropReason.EthernetTruncated)
            return;
        header = EthernetHeader.At(frame);
        facts[prefix + "eth.dst"] = header.Destination == own ? "own" : header.Destination == MacAddress.Broadcast ? "broadcast" : header.Destination.IsMulticast ? "multicast" : "other";
        facts[prefix + "eth.src"] = header.Source.IsZero ? "zero" : header.Source.IsMulticast ? "group" : header.Source == own ? "own" : "valid";
        facts[prefix + "eth.type"] = $"0x{header.Type:x4}";
        if (header.Type == EtherType.IPv4)
            IPv4(prefix, frame[EthernetHeader.Size..], facts);
        else if (header.Type == EtherType.Arp && ArpHeader.Parse(header.Payload, out var arp) == DropReason.None)
            (facts[prefix + "arp.op"], facts[prefix + "arp.sender"], facts[prefix + "arp.target"]) =
                (arp.Operation == ArpOperation.Request ? "request" : "reply", arp.SenderAddress.ToString(), arp.TargetAddress.ToString());
    }

    private static void IPv4(string prefix, byte[] packet, Dictionary<string, string> facts)
    {
        if (packet.Length < IPv4Header.MinimumSize || IPv4Header.ParseQuoted(packet, out var header) != DropReason.None)
            return;
        var name = prefix + "ip.";
        facts[name + "src"] = header.Source.ToString();
        facts[name + "dst"] = header.Destination.ToString();
        facts[name + "proto"] = header.Protocol.ToString();
        facts[name + "ttl"] = header.Ttl.ToString();
        facts[name + "ecn"] = header.EcnBits.ToString();
        facts[name + "df"] = header.DontFragment ? "1" : "0";
        facts[name + "fragment"] = header.IsLaterFragment ? "later" : header.MoreFragments ? "first" : "none";
        facts[name + "options"] = OptionKinds.Of(header.Options);
        facts[name + "records"] = OptionKinds.Records(header.Options);
        if (OptionKinds.Prespecified(header.Options) is { } address)
            facts[name + "prespecified"] = address.ToString();
        if (header.IsLaterFragment)
            return;
        var payload = packet[header.HeaderLength..];
        if (header.Protocol == IpProtocol.Icmp && payload.Length > 0)
            facts[prefix + "icmp.type"] = payload[0].ToString();
        if (header.Protocol == IpProtocol.IPv4 && header.Destination == Node)
            IPv4(prefix + "inner.", payload, facts);
        if (header.Protocol != IpProtocol.Udp || payload.Length < UdpHeader.Size)
            return;
        var port = UdpHeader.At(payload).DestinationPort;
        facts[prefix + "udp.dport"] = port.ToString();
        if (port == VxlanPort && header.Destination == Node && payload.Length >= UdpHeader.Size + VxlanHeader.Size)
            Ethernet(prefix + "inner.", payload[(UdpHeader.Size + VxlanHeader.Size)..], TwinNetwork.Vtep, facts);
    }
}
