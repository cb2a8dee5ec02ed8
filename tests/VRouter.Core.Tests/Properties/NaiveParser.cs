using VRouter.Core.Graph;

namespace VRouter.Core.Tests.Properties;

/// <summary>What the parsers must say of any bytes, from the RFCs' sentences and a byte at a time.</summary>
internal static class NaiveParser
{
    public static DropReason Ethernet(byte[] bytes)
    {
        if (bytes.Length < 14)
            return DropReason.EthernetTruncated;
        return Word(bytes, 12) < 0x600 ? DropReason.EthernetLengthField : DropReason.None;
    }

    public static DropReason Arp(byte[] bytes)
    {
        if (bytes.Length < 28)
            return DropReason.ArpTruncated;
        var isKnown = Word(bytes, 0) == 1 && Word(bytes, 2) == 0x0800 && bytes[4] == 6 && bytes[5] == 4 && Word(bytes, 6) is 1 or 2;
        return isKnown ? DropReason.None : DropReason.ArpUnsupported;
    }

    public static DropReason IPv4(byte[] bytes)
    {
        if (bytes.Length < 20)
            return DropReason.IPv4Truncated;
        if (bytes[0] / 16 != 4)
            return DropReason.IPv4Version;
        var header = bytes[0] % 16 * 4;
        if (header < 20 || header > bytes.Length)
            return DropReason.IPv4HeaderLength;
        if (Word(bytes, 2) < header || Word(bytes, 2) > bytes.Length)
            return DropReason.IPv4TotalLength;
        return VRouter.TestKit.Properties.NaiveChecksum.Sum(bytes.AsSpan(0, header)) == 0xffff ? DropReason.None : DropReason.IPv4Checksum;
    }

    public static DropReason Udp(byte[] bytes)
    {
        if (bytes.Length < 8)
            return DropReason.UdpTruncated;
        return Word(bytes, 4) < 8 || Word(bytes, 4) > bytes.Length ? DropReason.UdpLength : DropReason.None;
    }

    public static DropReason Tcp(byte[] bytes)
    {
        if (bytes.Length < 20)
            return DropReason.TcpTruncated;
        var header = bytes[12] / 16 * 4;
        return header < 20 || header > bytes.Length ? DropReason.TcpTruncated : DropReason.None;
    }

    public static DropReason Icmp(byte[] bytes)
    {
        if (bytes.Length < 8)
            return DropReason.IcmpTruncated;
        return VRouter.TestKit.Properties.NaiveChecksum.Sum(bytes) == 0xffff ? DropReason.None : DropReason.IcmpChecksum;
    }

    public static DropReason Vxlan(byte[] bytes) => bytes.Length < 8 ? DropReason.VxlanTruncated : DropReason.None;

    private static int Word(byte[] bytes, int at) => (bytes[at] * 256) + bytes[at + 1];
}
