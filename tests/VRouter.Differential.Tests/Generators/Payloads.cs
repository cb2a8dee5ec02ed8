using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>What packets carry.</summary>
internal static class Payloads
{
    /// <summary>A UDP datagram with a true checksum.</summary>
    public static byte[] Udp(Way way, ushort destination = 5000, int length = 24, ushort source = 40000) =>
        FrameBuilder.Udp(way.From, way.To, source, destination, FrameBuilder.Pattern(length));

    /// <summary>A TCP segment with a true checksum.</summary>
    public static byte[] Tcp(Way way, byte flags = 2, int length = 0)
    {
        byte[] segment =
        [
            0x9c, 0x40, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x50, flags, 0x10, 0x00, 0, 0, 0, 0, .. FrameBuilder.Pattern(length),
        ];
        var sum = PseudoChecksum(way, IpProtocol.Tcp, segment);
        (segment[16], segment[17]) = ((byte)(sum >> 8), (byte)sum);
        return segment;
    }

    /// <summary>An ICMP error that quotes a packet which the destination might have sent.</summary>
    public static byte[] IcmpError(Way way, byte type, byte code, uint rest = 0)
    {
        var quoted = FrameBuilder.IPv4(way.To, way.From, IpProtocol.Udp, FrameBuilder.Udp(way.To, way.From, 5000, 40000, FrameBuilder.Pattern(8)), ttl: 1);
        return FrameBuilder.Icmp(type, code, rest, quoted);
    }

    private static ushort PseudoChecksum(Way way, byte protocol, byte[] segment)
    {
        byte[] all =
        [
            .. Bytes(way.Source.Value), .. Bytes(way.Destination.Value), 0, protocol, (byte)(segment.Length >> 8), (byte)segment.Length, .. segment,
        ];
        return InternetChecksum.Compute(all);
    }

    private static byte[] Bytes(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
