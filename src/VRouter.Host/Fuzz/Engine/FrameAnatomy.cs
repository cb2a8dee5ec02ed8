namespace VRouter.Host.Fuzz.Engine;

/// <summary>The headers that a frame seems to have, as far as its bytes reach: for mutating and mending them. Any bytes are safe.</summary>
internal sealed class FrameAnatomy
{
    private const int MostLayers = 12;
    private readonly List<FrameLayer> layers = [];

    /// <summary>Looks at a frame.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="l4Port">The UDP port that counts as VXLAN.</param>
    public FrameAnatomy(ReadOnlySpan<byte> frame, ushort l4Port)
    {
        if (frame.Length >= 14)
            AddEthernet(frame, 0, l4Port);
    }

    /// <summary>The headers, from the outside in.</summary>
    public IReadOnlyList<FrameLayer> Layers => layers;

    /// <summary>Makes lengths and checksums right, from the inside out, where they are there.</summary>
    /// <param name="frame">The frame that was looked at.</param>
    /// <param name="lengths">Total lengths and UDP lengths too; else checksums only.</param>
    public void Mend(Span<byte> frame, bool lengths)
    {
        for (var index = layers.Count - 1; index >= 0; index--)
        {
            var (kind, at) = layers[index];
            if (kind == LayerKind.IPv4)
                MendPacket(frame[at..], index, lengths);
        }
    }

    private void AddEthernet(ReadOnlySpan<byte> frame, int at, ushort l4Port)
    {
        layers.Add(new FrameLayer(LayerKind.Ethernet, at));
        var type = SlowWire.U16(frame, at + 12);
        at += 14;
        while (type is 0x8100 or 0x88a8 && at + 4 <= frame.Length && layers.Count < MostLayers)
        {
            layers.Add(new FrameLayer(LayerKind.Vlan, at));
            type = SlowWire.U16(frame, at + 2);
            at += 4;
        }

        if (type == 0x0806 && at + 28 <= frame.Length)
            layers.Add(new FrameLayer(LayerKind.Arp, at));
        else if (type == 0x0800)
            AddPacket(frame, at, l4Port);
    }

    private void AddPacket(ReadOnlySpan<byte> frame, int at, ushort l4Port)
    {
        if (at + 20 > frame.Length || layers.Count >= MostLayers)
            return;
        layers.Add(new FrameLayer(LayerKind.IPv4, at));
        var next = at + Math.Max(20, (frame[at] & 0xf) * 4);
        var isLaterFragment = (SlowWire.U16(frame, at + 6) & 0x1fff) != 0;
        if (isLaterFragment || next + 8 > frame.Length)
            return;
        switch (frame[at + 9])
        {
            case 1:
                layers.Add(new FrameLayer(LayerKind.Icmp, next));
                // An error quotes a packet.
                if (frame[next] is 3 or 4 or 5 or 11 or 12)
                    AddPacket(frame, next + 8, l4Port);
                break;
            case 4:
                AddPacket(frame, next, l4Port);
                break;
            case 6 when next + 20 <= frame.Length:
                layers.Add(new FrameLayer(LayerKind.Tcp, next));
                break;
            case 17:
                layers.Add(new FrameLayer(LayerKind.Udp, next));
                if (SlowWire.U16(frame, next + 2) == l4Port && next + 30 <= frame.Length)
                {
                    layers.Add(new FrameLayer(LayerKind.Vxlan, next + 8));
                    AddEthernet(frame, next + 16, l4Port);
                }

                break;
        }
    }

    private void MendPacket(Span<byte> packet, int index, bool lengths)
    {
        var headerLength = Math.Max(20, (packet[0] & 0xf) * 4);
        if (headerLength > packet.Length)
            return;
        // A quoted packet is mostly longer than its quote.
        var isQuoted = index > 0 && layers[index - 1].Kind == LayerKind.Icmp;
        if (lengths && !isQuoted)
            SlowWire.Put16(packet, 2, packet.Length);
        var end = Math.Clamp(SlowWire.U16(packet, 2), headerLength, packet.Length);
        if (index + 1 < layers.Count && (SlowWire.U16(packet, 6) & 0x2000) == 0 && !isQuoted)
            MendTransport(packet[..end], headerLength, layers[index + 1].Kind, lengths);
        SlowWire.Put16(packet, 10, 0);
        SlowWire.Put16(packet, 10, ~SlowWire.Sum(packet[..headerLength]));
    }

    private static void MendTransport(Span<byte> packet, int headerLength, LayerKind kind, bool lengths)
    {
        var datagram = packet[headerLength..];
        var place = kind switch { LayerKind.Icmp => 2, LayerKind.Tcp => 16, LayerKind.Udp => 6, _ => -1 };
        if (place < 0 || place + 2 > datagram.Length)
            return;
        if (kind == LayerKind.Udp)
        {
            if (lengths)
                SlowWire.Put16(datagram, 4, datagram.Length);
            var length = SlowWire.U16(datagram, 4);
            // None was there, or it cannot be told what it covers.
            if (SlowWire.U16(datagram, 6) == 0 || length < 8 || length > datagram.Length)
                return;
            datagram = datagram[..length];
        }

        SlowWire.Put16(datagram, place, 0);
        var checksum = ~SlowWire.Sum(datagram, kind == LayerKind.Icmp ? 0 : SlowWire.PseudoHeader(packet, datagram.Length)) & 0xffff;
        SlowWire.Put16(datagram, place, kind == LayerKind.Udp && checksum == 0 ? 0xffff : checksum);
    }
}
