using VRouter.Core.Wire;

namespace VRouter.TestKit;

/// <summary>Bytes of frames and packets for tests, from the outside in: <c>Ethernet(a, b, IPv4(c, d, Udp(…)))</c>. All checksums are true.</summary>
public static class FrameBuilder
{
    /// <summary>Reads hexadecimal digits; spaces and line ends are for the eye only.</summary>
    public static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))));

    /// <summary>An Ethernet frame around a payload.</summary>
    public static byte[] Ethernet(MacAddress source, MacAddress destination, ushort type, byte[] payload)
    {
        var frame = new byte[EthernetHeader.Size + payload.Length];
        EthernetHeader.Write(frame, destination, source, type);
        payload.CopyTo(frame, EthernetHeader.Size);
        return frame;
    }

    /// <summary>An Ethernet frame around an IPv4 packet.</summary>
    public static byte[] Ethernet(string source, string destination, byte[] packet) =>
        Ethernet(MacAddress.Parse(source), MacAddress.Parse(destination), EtherType.IPv4, packet);

    /// <summary>An ARP packet without its Ethernet header.</summary>
    public static byte[] Arp(ushort operation, string senderMac, string senderAddress, string targetMac, string targetAddress)
    {
        var packet = new byte[ArpHeader.Size];
        ArpHeader.Write(
            packet,
            operation,
            MacAddress.Parse(senderMac),
            IPv4Address.Parse(senderAddress),
            MacAddress.Parse(targetMac),
            IPv4Address.Parse(targetAddress));
        return packet;
    }

    /// <summary>An IPv4 packet without options.</summary>
    public static byte[] IPv4(
        string source,
        string destination,
        byte protocol,
        byte[] payload,
        byte ttl = 64,
        byte tosEcn = 0,
        ushort identification = 0x1234,
        bool dontFragment = false,
        bool moreFragments = false,
        int fragmentOffset = 0)
    {
        var packet = new byte[IPv4Header.MinimumSize + payload.Length];
        payload.CopyTo(packet, IPv4Header.MinimumSize);
        var header = IPv4Header.Write(
            packet,
            (ushort)packet.Length,
            protocol,
            IPv4Address.Parse(source),
            IPv4Address.Parse(destination),
            ttl,
            tosEcn,
            identification,
            dontFragment);
        header.MoreFragments = moreFragments;
        header.FragmentOffset = fragmentOffset;
        return packet;
    }

    /// <summary>The packet with options put behind its header; their number of bytes must be a multiple of 4, at most 40.</summary>
    public static byte[] WithOptions(byte[] packet, byte[] options)
    {
        byte[] longer = [.. packet[..IPv4Header.MinimumSize], .. options, .. packet[IPv4Header.MinimumSize..]];
        longer[0] = (byte)(0x45 + (options.Length / 4));
        var header = IPv4Header.At(longer);
        header.TotalLength = (ushort)longer.Length;
        header.UpdateChecksum();
        return longer;
    }

    /// <summary>A UDP datagram with a true checksum for these addresses.</summary>
    public static byte[] Udp(string source, string destination, ushort sourcePort, ushort destinationPort, byte[] payload)
    {
        var datagram = new byte[UdpHeader.Size + payload.Length];
        payload.CopyTo(datagram, UdpHeader.Size);
        UdpHeader.Write(datagram, sourcePort, destinationPort, (ushort)datagram.Length)
            .UpdateChecksum(IPv4Address.Parse(source), IPv4Address.Parse(destination));
        return datagram;
    }

    /// <summary>An ICMP message with a true checksum.</summary>
    public static byte[] Icmp(byte type, byte code, uint restOfHeader, byte[] payload)
    {
        var message = new byte[IcmpHeader.Size + payload.Length];
        payload.CopyTo(message, IcmpHeader.Size);
        IcmpHeader.Write(message, type, code, restOfHeader);
        return message;
    }

    /// <summary>An ICMP echo request with a payload of this length.</summary>
    public static byte[] EchoRequest(ushort identifier = 7, ushort sequence = 1, int length = 56) =>
        Icmp(IcmpType.EchoRequest, 0, ((uint)identifier << 16) | sequence, Pattern(length));

    /// <summary>The bytes 0, 1, 2, … as many as wanted.</summary>
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)i;
        return bytes;
    }
}
