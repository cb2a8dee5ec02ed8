using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Makes frames that are right, of every kind that a network knows: where mutation begins.</summary>
internal sealed class FrameForge(FuzzNetwork network, FuzzRandom random)
{
    private const ulong NeighborMacPrefix = 0x0200_0000_0000;

    /// <summary>A frame for a port.</summary>
    public byte[] Frame(int port) => random.Next(10) switch
    {
        0 => Arp(port),
        1 or 2 when port == 0 => Tunnelled(Packet(0, ToUs()), random.Once(2)),
        3 => Ethernet(port, 0x0800, Error(port)),
        _ => Ethernet(port, 0x0800, Packet(port, port == 0 ? ToUs() : Anywhere())),
    };

    /// <summary>An Ethernet frame to the router.</summary>
    public byte[] Ethernet(int port, int type, byte[] payload)
    {
        var frame = new byte[14 + payload.Length];
        WriteMac(frame, network.Ports[port].Mac);
        WriteMac(frame.AsSpan(6), SenderOf(port));
        SlowWire.Put16(frame, 12, type);
        payload.CopyTo(frame, 14);
        return frame;
    }

    /// <summary>A packet whose source may be at that port.</summary>
    public byte[] Packet(int port, uint destination) => IPv4(SourceAt(port), destination, random.Next(4) switch
    {
        0 => 1,
        1 => 6,
        2 => random.NextByte(),
        _ => 17,
    }, random.Once(6) ? random.Next(2000) : random.Next(60));

    /// <summary>A packet with true checksums and a payload of this length beside its transport header.</summary>
    public byte[] IPv4(uint source, uint destination, int protocol, int length)
    {
        byte[] transport = protocol switch
        {
            1 => [8, 0, 0, 0, 0, 7, 0, random.NextByte(), .. random.Bytes(length)],
            6 => [.. random.Bytes(12), 0x50, 0x10, 1, 0, 0, 0, 0, 0, .. random.Bytes(length)],
            17 => [.. random.Bytes(2), .. Ports(), 0, 0, 0, (byte)random.Next(2), .. random.Bytes(length)],
            _ => random.Bytes(length),
        };
        var packet = Header(source, destination, protocol, transport);
        if (random.Once(3))
            packet[6] |= 0x40;
        if (random.Once(6))
            packet[8] = (byte)random.Next(3);
        if (random.Once(3))
            packet[1] = random.NextByte();
        return Mended(packet);
    }

    /// <summary>A packet around another one, from a peer to the node.</summary>
    public byte[] Tunnelled(byte[] packet, bool isVxlan)
    {
        var peer = random.Pick(network.View.Peers).Address!.Value.Address.Value;
        return Ethernet(0, 0x0800, isVxlan ? Vxlan(packet, peer, network.View.Address.Value) : Mended(Header(peer, network.View.Address.Value, 4, packet)));
    }

    /// <summary>A VXLAN packet.</summary>
    public byte[] Vxlan(byte[] packet, uint source, uint destination)
    {
        byte[] datagram = [0xc0, random.NextByte(), 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, .. new byte[14], .. packet];
        SlowWire.Put16(datagram, 2, network.L4Port);
        SlowWire.Put16(datagram, 4, datagram.Length);
        SlowWire.Put32(datagram, 12, network.Vni << 8);
        WriteMac(datagram.AsSpan(16), network.View.Node.VtepMac);
        WriteMac(datagram.AsSpan(22), network.View.Peers.Length > 0 ? random.Pick(network.View.Peers).VtepMac : default);
        SlowWire.Put16(datagram, 28, 0x0800);
        return Mended(Header(source, destination, 17, datagram));
    }

    /// <summary>An IPv4 packet around a payload.</summary>
    public byte[] Header(uint source, uint destination, int protocol, ReadOnlySpan<byte> payload)
    {
        byte[] packet = [0x45, 0, 0, 0, random.NextByte(), random.NextByte(), 0, 0, 64, (byte)protocol, .. new byte[10], .. payload];
        SlowWire.Put16(packet, 2, packet.Length);
        SlowWire.Put32(packet, 12, source);
        SlowWire.Put32(packet, 16, destination);
        return packet;
    }

    /// <summary>An ICMP error to an address about a packet.</summary>
    public byte[] Error(uint source, uint destination, ReadOnlySpan<byte> about)
    {
        var quote = about[..Math.Min(about.Length, random.Once(3) ? 28 : 100)];
        byte[] message = [random.Pick((byte[])[3, 3, 11, 5, 12]), random.Pick((byte[])[4, 4, 0, 1, 3]), 0, 0, 0, 0, 0, 0, .. quote];
        SlowWire.Put16(message, 6, random.Pick((int[])[0, 68, 552, 576, 1000, 1400, 1450, 65535]));
        return Mended(Header(source, destination, 1, message));
    }

    /// <summary>An address that means something.</summary>
    public uint Anywhere() => random.Pick(network.Addresses).Value;

    /// <summary>A MAC address that means something.</summary>
    public MacAddress AnyMac() => random.Pick(network.Macs);

    /// <summary>Writes a MAC address.</summary>
    public static void WriteMac(Span<byte> bytes, MacAddress mac)
    {
        SlowWire.Put16(bytes, 0, (int)(mac.Bits >> 32));
        SlowWire.Put32(bytes, 2, (uint)mac.Bits);
    }

    private byte[] Arp(int port)
    {
        var isReply = random.Once(3);
        byte[] packet = [0, 1, 8, 0, 6, 4, 0, (byte)(isReply ? 2 : 1), .. new byte[20]];
        var sender = SourceAt(port);
        WriteMac(packet.AsSpan(8), isReply && port == 0 ? new MacAddress(NeighborMacPrefix | sender) : SenderOf(port));
        SlowWire.Put32(packet, 14, sender);
        SlowWire.Put32(packet, 24, random.Once(2) ? IPv4Address.WorkloadGateway.Value : port == 0 ? network.View.Address.Value : Anywhere());
        var frame = Ethernet(port, 0x0806, packet);
        if (!isReply)
            WriteMac(frame, MacAddress.Broadcast);
        return frame;
    }

    // About a packet that the node may have sent.
    private byte[] Error(int port)
    {
        var peer = random.Pick(network.View.Peers).Address!.Value.Address.Value;
        var inner = IPv4(network.Ports.Count > 1 ? SourceAt(1) : Anywhere(), Anywhere(), 17, 20);
        var own = network.View.Address.Value;
        return port > 0 ? Error(SourceAt(port), Anywhere(), IPv4(Anywhere(), SourceAt(port), 17, 20))
            : random.Next(3) switch
            {
                0 => Error(Anywhere(), own, Mended(Header(own, peer, 4, inner))),
                1 => Error(Anywhere(), own, Vxlan(inner, own, peer)),
                _ => Error(Anywhere(), ToUs(), inner),
            };
    }

    /// <summary>An address that a packet from the uplink may be for.</summary>
    public uint ToUs()
    {
        var workloads = network.Ports.Where(port => port.Endpoint is not null).SelectMany(port => port.Endpoint!.Addresses).ToList();
        return workloads.Count == 0 || random.Once(5) ? random.Once(2) ? network.View.Address.Value : Anywhere() : random.Pick(workloads).Value;
    }

    /// <summary>An address that may be behind a port.</summary>
    public uint SourceAt(int port) => network.Ports[port].Endpoint is { Addresses.Count: > 0 } endpoint
        ? random.Once(8) ? Anywhere() : endpoint.Addresses[random.Next(endpoint.Addresses.Count)].Value
        : Anywhere();

    private MacAddress SenderOf(int port) => network.Ports[port] is { Role: PortRole.Workload, Endpoint: { } endpoint }
        ? endpoint.Mac ?? new MacAddress(0x0a00_0000_0101)
        : new MacAddress(NeighborMacPrefix | Anywhere());

    private byte[] Ports()
    {
        var bytes = random.Bytes(2);
        if (random.Once(4))
            SlowWire.Put16(bytes, 0, random.Once(2) ? network.L4Port : random.Pick((int[])[53, 4789, 8472]));
        return bytes;
    }

    private byte[] Mended(byte[] packet)
    {
        byte[] frame = [.. new byte[12], 8, 0, .. packet];
        new FrameAnatomy(frame, network.L4Port).Mend(frame, lengths: true);
        return frame[14..];
    }
}
