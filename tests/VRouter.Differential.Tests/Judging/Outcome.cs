using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Judging;

/// <summary>What a router did with the frames of a case, in words: "silence", "forward", "forward*3", "icmp 11/0", "vxlan forward", "arp-reply".</summary>
internal static class Outcome
{
    private static readonly IPv4Address Node = IPv4Address.Parse(TwinNetwork.NodeAddress);

    /// <summary>The words for all frames that came out, by port.</summary>
    public static string Of(IReadOnlyList<PortFrame> frames)
    {
        if (frames.Count == 0)
            return "silence";
        var words = frames.OrderBy(frame => frame.Port).Select(KindOf).ToList();
        var counted = new List<string>();
        for (int i = 0, end; i < words.Count; i = end)
        {
            for (end = i + 1; end < words.Count && words[end] == words[i];)
                end++;
            counted.Add(end - i == 1 ? words[i] : $"{words[i]}*{end - i}");
        }

        return string.Join(" + ", counted);
    }

    /// <summary>The word for one frame; for one in a tunnel the tunnel's, then its own.</summary>
    public static string KindOf(PortFrame output) => KindOf(output.Frame);

    private static string KindOf(Span<byte> frame)
    {
        if (EthernetHeader.Parse(frame, out var ethernet) != DropReason.None)
            return "other";
        if (ethernet.Type == EtherType.Arp)
            return ethernet.Payload.Length > 7 && ethernet.Payload[7] == ArpOperation.Reply ? "arp-reply" : "arp-request";
        return ethernet.Type == EtherType.IPv4 ? KindOfPacket(ethernet.Payload) : "other";
    }

    private static string KindOfPacket(Span<byte> bytes)
    {
        if (IPv4Header.ParseQuoted(bytes, out var packet) != DropReason.None)
            return "other";
        if (packet.Source != Node)
            return "forward";
        if (packet.IsLaterFragment)
            return "own-fragment";
        var payload = bytes[packet.HeaderLength..];
        return packet.Protocol switch
        {
            IpProtocol.Icmp when payload.Length >= 2 && payload[0] == IcmpType.EchoReply => "echo-reply",
            IpProtocol.Icmp when payload.Length >= 2 => $"icmp {payload[0]}/{payload[1]}",
            IpProtocol.Tcp => "reset",
            IpProtocol.Udp when payload.Length >= UdpHeader.Size + VxlanHeader.Size => "vxlan " + KindOf(payload[(UdpHeader.Size + VxlanHeader.Size)..]),
            IpProtocol.IPv4 => "ipip " + KindOfPacket(payload),
            _ => "other",
        };
    }
}
