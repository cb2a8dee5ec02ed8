using VRouter.Core.Wire;
using VRouter.Io.Offload;

namespace VRouter.Io.Tests.Offload;

/// <summary>Super-frames as the kernel hands them over: headers of the whole, the checksum field holding the pseudo-header's sum.</summary>
internal static class SuperFrame
{
    public static readonly IPv4Address Source = IPv4Address.Parse("10.65.0.2");
    public static readonly IPv4Address Destination = IPv4Address.Parse("10.65.1.3");

    public static byte[] Ethernet(byte[] payload, params ushort[] tags)
    {
        List<byte> frame = [0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 2, 0, 0, 0, 0, 1];
        foreach (var tag in tags)
            frame.AddRange([0x81, 0, (byte)(tag >> 8), (byte)tag]);
        return [.. frame, 8, 0, .. payload];
    }

    public static byte[] IPv4(byte protocol, byte[] payload, int options = 0, ushort identification = 0xfffe, bool bigTcp = false)
    {
        var packet = new byte[20 + options + payload.Length];
        IPv4Header.Write(packet, (ushort)(20 + payload.Length), protocol, Source, Destination, identification: identification, dontFragment: true);
        packet[0] = (byte)(0x40 | ((20 + options) / 4));
        packet.AsSpan(20, options).Fill(1); // no-operation options
        payload.CopyTo(packet, 20 + options);
        var header = IPv4Header.At(packet);
        header.TotalLength = (ushort)(bigTcp ? 0 : packet.Length);
        header.UpdateChecksum();
        return packet;
    }

    public static byte[] Tcp(int payloadLength, TcpFlags flags, uint sequence = 0xffff_fff0, int options = 12)
    {
        var segment = new byte[20 + options + payloadLength];
        TcpHeader.Write(segment, 1234, 80, sequence, 77, flags, 500);
        segment[12] = (byte)((20 + options) / 4 << 4);
        segment.AsSpan(20, options).Fill(1);
        FillPayload(segment.AsSpan(20 + options));
        TcpHeader.At(segment).Checksum = PseudoSum(IpProtocol.Tcp, segment.Length);
        return segment;
    }

    public static byte[] Udp(int payloadLength)
    {
        var datagram = new byte[8 + payloadLength];
        UdpHeader.Write(datagram, 5000, 6000, (ushort)datagram.Length);
        FillPayload(datagram.AsSpan(8));
        UdpHeader.At(datagram).Checksum = PseudoSum(IpProtocol.Udp, datagram.Length);
        return datagram;
    }

    /// <summary>VXLAN in UDP, port 4789, around a frame.</summary>
    public static byte[] Vxlan(byte[] inner, bool withChecksum)
    {
        var datagram = new byte[16 + inner.Length];
        UdpHeader.Write(datagram, 50000, 4789, (ushort)datagram.Length);
        datagram[8] = 8;
        datagram[13] = 0x10;
        inner.CopyTo(datagram, 16);
        if (withChecksum)
            UdpHeader.At(datagram).Checksum = PseudoSum(IpProtocol.Udp, datagram.Length);
        return datagram;
    }

    public static VirtioNetHeader Header(byte gsoType, int gsoSize, int checksumStart, int checksumOffset) =>
        new(VirtioNetHeader.NeedsChecksumFlag, gsoType, 0, (ushort)gsoSize, (ushort)checksumStart, (ushort)checksumOffset);

    public static byte Payload(int index) => (byte)((index * 7) + (index >> 8));

    private static void FillPayload(Span<byte> payload)
    {
        for (var i = 0; i < payload.Length; i++)
            payload[i] = Payload(i);
    }

    private static ushort PseudoSum(byte protocol, int length)
    {
        var sum = InternetChecksum.PseudoHeader(Source, Destination, protocol, 0) + (uint)length;
        return (ushort)~InternetChecksum.Finish(sum);
    }
}
