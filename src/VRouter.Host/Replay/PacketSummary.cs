using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Host.Replay;

/// <summary>A packet in one short line, for traces.</summary>
internal static class PacketSummary
{
    /// <summary>Describes a frame from its Ethernet header on.</summary>
    public static string OfFrame(Span<byte> bytes) => EthernetHeader.Parse(bytes, out var ethernet) != DropReason.None
        ? $"{bytes.Length} bytes"
        : ethernet.Type switch
        {
            EtherType.IPv4 => $"{ethernet.Source} > {ethernet.Destination}, {OfPacket(ethernet.Payload)}",
            EtherType.Arp => $"{ethernet.Source} > {ethernet.Destination}, {OfArp(ethernet.Payload)}",
            var type => $"{ethernet.Source} > {ethernet.Destination}, type 0x{type:x4}, {bytes.Length} bytes",
        };

    /// <summary>Describes an ARP packet.</summary>
    public static string OfArp(Span<byte> bytes) => ArpHeader.Parse(bytes, out var arp) != DropReason.None
        ? $"ARP, {bytes.Length} bytes"
        : arp.Operation == ArpOperation.Request
            ? $"ARP who has {arp.TargetAddress}, asks {arp.SenderAddress}"
            : $"ARP {arp.SenderAddress} is at {arp.SenderMac}";

    /// <summary>Describes an IPv4 packet and what it carries in tunnels.</summary>
    public static string OfPacket(Span<byte> bytes)
    {
        if (IPv4Header.Parse(bytes, out var ip) != DropReason.None)
            return $"no IPv4 packet, {bytes.Length} bytes";
        var text = $"{ip.Source} > {ip.Destination} ttl {ip.Ttl} length {ip.TotalLength} {NameOf(ip.Protocol)}";
        return ip.Protocol == IpProtocol.IPv4 && !ip.IsLaterFragment ? $"{text} ({OfPacket(ip.Payload)})" : text;
    }

    private static string NameOf(byte protocol) => protocol switch
    {
        IpProtocol.Icmp => "ICMP",
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.IPv4 => "IPIP",
        _ => $"protocol {protocol}",
    };
}
