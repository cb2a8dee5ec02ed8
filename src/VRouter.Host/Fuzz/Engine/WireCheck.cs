namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// Whether a frame that a router sent is right on the wire: read again, slowly, without the engine's own header views. What the router passes on as it came (a
/// transport header, options) is not judged.
/// </summary>
internal static class WireCheck
{
    private const int Ethernet = 14;
    private const int ArpFrame = Ethernet + 28;

    /// <summary>Checks a frame.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="port">The port that it was sent by.</param>
    /// <param name="network">The networks that the router had so far: a frame may have waited.</param>
    /// <exception cref="FindingException">It is not right.</exception>
    public static void Check(ReadOnlySpan<byte> frame, FuzzPort port, IReadOnlyList<FuzzNetwork> network)
    {
        Demand(frame.Length >= Ethernet, "the frame is shorter than an Ethernet header");
        Demand(SlowWire.U48(frame, 6) == port.Mac.Bits, "the source MAC address is not the port's");
        Demand(SlowWire.U48(frame, 0) != 0, "the destination MAC address is zero");
        var type = SlowWire.U16(frame, 12);
        if (type == 0x0806)
        {
            CheckArp(frame, port);
            return;
        }

        Demand(type == 0x0800, $"the EtherType is {type:x4}");
        Demand((frame[0] & 1) == 0, "a packet goes to a group's MAC address");
        Demand(frame.Length - Ethernet <= port.Mtu, $"the packet has {frame.Length - Ethernet} bytes, the port's MTU is {port.Mtu}");
        var packet = frame[Ethernet..];
        CheckPacket(packet, "the packet");
        CheckTunnel(packet, network);
    }

    /// <summary>True for an outer packet of the router's own tunnels: it comes from the node's address, and is no ICMP message.</summary>
    public static bool IsOuter(ReadOnlySpan<byte> packet, FuzzNetwork network, out int innerAt)
    {
        innerAt = 0;
        if (SlowWire.U32(packet, 12) != network.View.Address.Value)
            return false;
        if (packet[9] == 4)
            innerAt = 20;
        else if (packet[9] == 17 && packet.Length >= 50 && SlowWire.U16(packet, 22) == network.L4Port)
            innerAt = 50;
        return innerAt > 0;
    }

    /// <summary>Checks what the router itself made of a transport header: of a segment that was cut from a super-frame.</summary>
    /// <exception cref="FindingException">It is not right.</exception>
    public static void CheckSegment(ReadOnlySpan<byte> frame, IReadOnlyList<FuzzNetwork> networks)
    {
        var packet = frame[Ethernet..];
        foreach (var network in networks)
        {
            if (!IsOuter(packet, network, out var innerAt))
                continue;
            packet = packet[innerAt..];
            break;
        }

        // Within a tunnel that is not the router's own it is checked by who ends that.
        var transport = packet[((packet[0] & 0xf) * 4)..];
        if ((SlowWire.U16(packet, 6) & 0x3fff) != 0 || packet[9] is not (6 or 17) || (packet[9] == 17 && SlowWire.U16(transport, 6) == 0))
            return;
        Demand(SlowWire.Sum(transport, SlowWire.PseudoHeader(packet, transport.Length)) == 0xffff, "the transport checksum of a segment is wrong");
        Demand(packet[9] == 6 || SlowWire.U16(transport, 4) == transport.Length, "the UDP length of a segment is wrong");
    }

    private static void CheckArp(ReadOnlySpan<byte> frame, FuzzPort port)
    {
        Demand(frame.Length == ArpFrame, $"an ARP frame has {frame.Length} bytes");
        Demand(SlowWire.U32(frame, 14) == 0x0001_0800 && SlowWire.U16(frame, 18) == 0x0604, "an ARP packet is not for IPv4 over Ethernet");
        var operation = SlowWire.U16(frame, 20);
        Demand(operation is 1 or 2, $"an ARP packet's operation is {operation}");
        Demand(SlowWire.U48(frame, 22) == port.Mac.Bits, "an ARP packet's sender is not the port");
        Demand(operation == 1 || (frame[0] & 1) == 0, "an ARP reply goes to a group's MAC address");
    }

    // RFC 1812 §5.2.2: what a router must check of a packet, its own must pass.
    private static void CheckPacket(ReadOnlySpan<byte> packet, string which)
    {
        Demand(packet.Length >= 20 && packet[0] >> 4 == 4, $"{which} is no IPv4 packet");
        var headerLength = (packet[0] & 0xf) * 4;
        Demand(headerLength >= 20 && headerLength <= packet.Length, $"{which}'s header length is {headerLength}");
        Demand(SlowWire.U16(packet, 2) == packet.Length, $"{which}'s total length is {SlowWire.U16(packet, 2)}, and {packet.Length} bytes are there");
        Demand(SlowWire.Sum(packet[..headerLength]) == 0xffff, $"{which}'s header checksum is wrong");
        Demand(packet[8] > 0, $"{which}'s TTL is 0");
        var offset = (SlowWire.U16(packet, 6) & 0x1fff) * 8;
        Demand(offset + packet.Length - headerLength <= 65535, $"{which} is a fragment that reaches beyond the largest datagram");
        Demand(IsUnicast(SlowWire.U32(packet, 12)), $"{which}'s source is not a host's address");
        Demand(IsUnicast(SlowWire.U32(packet, 16)), $"{which}'s destination is not a host's address");
    }

    private static bool IsUnicast(uint address) => address >> 24 is > 0 and not 127 and < 224;

    private static void CheckTunnel(ReadOnlySpan<byte> packet, IReadOnlyList<FuzzNetwork> networks)
    {
        // The newest network first, since others' VXLAN ports are older.
        for (var index = networks.Count - 1; index >= 0; index--)
        {
            if (!IsOuter(packet, networks[index], out var innerAt))
                continue;
            Demand(packet[0] == 0x45, "an outer header has options");
            Demand((SlowWire.U16(packet, 6) & 0x3fff) == 0, "an outer packet is a fragment");
            Demand(packet.Length > innerAt, "an outer packet has no inner one");
            if (innerAt == 50)
                CheckVxlan(packet, networks[index]);
            CheckPacket(packet[innerAt..], "the inner packet");
            return;
        }
    }

    private static void CheckVxlan(ReadOnlySpan<byte> packet, FuzzNetwork network)
    {
        var udp = packet[20..];
        Demand(SlowWire.U16(udp, 4) == udp.Length, $"the outer UDP length is {SlowWire.U16(udp, 4)}, and {udp.Length} bytes are there");
        Demand(SlowWire.U16(udp, 6) == 0 || SlowWire.Sum(udp, SlowWire.PseudoHeader(packet, udp.Length)) == 0xffff, "the outer UDP checksum is wrong");
        Demand(SlowWire.U16(udp, 0) >= 49152, "the outer UDP source port is no ephemeral one (RFC 7348 §5)");
        Demand(SlowWire.U32(udp, 8) == 0x0800_0000 && udp[15] == 0, "reserved bits of the VXLAN header are set");
        Demand(SlowWire.U32(udp, 12) >> 8 == network.Vni, $"the VNI is {SlowWire.U32(udp, 12) >> 8}");
        Demand(SlowWire.U48(udp, 22) == network.View.Node.VtepMac.Bits, "the inner source MAC address is not the VTEP's");
        Demand(SlowWire.U16(udp, 28) == 0x0800, "the inner frame carries no IPv4");
    }

    private static void Demand(bool isTrue, string otherwise)
    {
        if (!isTrue)
            throw new FindingException(Oracles.Wire, otherwise);
    }
}
