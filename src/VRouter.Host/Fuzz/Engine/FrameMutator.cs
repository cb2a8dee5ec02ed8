namespace VRouter.Host.Fuzz.Engine;

/// <summary>Changes single frames: blindly, and by what their headers are.</summary>
internal sealed class FrameMutator(FuzzNetwork network, FuzzRandom random)
{
    private const int LongestFrame = 9100;

    private static readonly int[] Interesting16 =
        [0, 1, 2, 3, 4, 5, 7, 8, 13, 14, 15, 16, 19, 20, 21, 24, 27, 28, 29, 35, 36, 42, 60, 64, 68, 127, 128, 255, 256, 576, 1280, 1450, 1480, 1500, 0x1fff,
         0x2000, 0x4000, 0x7fff, 0x8000, 0xfffe, 0xffff];

    // Offset and size in bytes of each field, by LayerKind.
    private static readonly (int At, int Size)[][] Fields =
    [
        [(0, 6), (6, 6), (12, 2)],
        [(0, 2), (2, 2)],
        [(0, 2), (2, 2), (4, 1), (5, 1), (6, 2), (8, 6), (14, 4), (18, 6), (24, 4)],
        [(0, 1), (1, 1), (2, 2), (4, 2), (6, 2), (8, 1), (9, 1), (10, 2), (12, 4), (16, 4)],
        [(0, 1), (1, 1), (2, 2), (4, 2), (6, 2)],
        [(0, 2), (2, 2), (4, 4), (8, 4), (12, 2), (14, 2), (16, 2)],
        [(0, 2), (2, 2), (4, 2), (6, 2)],
        [(0, 1), (1, 1), (2, 2), (4, 4), (7, 1)],
    ];

    private readonly FrameForge forge = new(network, random);

    /// <summary>Changes a frame once.</summary>
    /// <param name="frame">The frame; it stays.</param>
    /// <param name="port">The port that it is for.</param>
    public byte[] Mutate(byte[] frame, int port) => random.Next(12) switch
    {
        0 => Flipped(frame),
        1 => WithByte(frame),
        2 => Cut(frame),
        3 => Longer(frame),
        4 => Wrapped(frame, port),
        5 => WithOptions(frame),
        6 => WithoutBytes(frame),
        7 => Mended([.. frame], lengths: true),
        _ => WithField(frame),
    };

    /// <summary>Cuts an IPv4 packet in two, as fragments.</summary>
    /// <returns>The frame alone if there is nothing to cut.</returns>
    public IReadOnlyList<byte[]> Fragments(byte[] frame)
    {
        var anatomy = new FrameAnatomy(frame, network.L4Port);
        if (anatomy.Layers.FirstOrDefault(layer => layer.Kind == LayerKind.IPv4) is not { At: > 0 } layer)
            return [frame];
        var start = layer.At + Math.Max(20, (frame[layer.At] & 0xf) * 4);
        var cut = Math.Min(8 * (1 + random.Next(20)), (frame.Length - start) / 8 * 8);
        if (cut <= 0)
            return [frame];
        byte[] first = frame[..(start + cut)];
        byte[] second = [.. frame[..start], .. frame[(start + cut)..]];
        first[layer.At + 6] |= 0x20;
        SlowWire.Put16(second, layer.At + 6, SlowWire.U16(second, layer.At + 6) + (cut / 8));
        foreach (var fragment in (byte[][])[first, second])
            MendHeader(fragment, layer.At);
        return random.Once(2) ? [first, second] : [second, first];
    }

    private byte[] Flipped(byte[] frame)
    {
        byte[] copy = [.. frame];
        for (var flips = 1 + random.Next(4); flips > 0 && copy.Length > 0; flips--)
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return random.Once(2) ? copy : Mended(copy, lengths: false);
    }

    private byte[] WithByte(byte[] frame)
    {
        byte[] copy = [.. frame];
        if (copy.Length > 0)
            copy[random.Next(copy.Length)] = random.NextByte();
        return random.Once(2) ? copy : Mended(copy, lengths: false);
    }

    private byte[] Cut(byte[] frame)
    {
        var length = random.Once(2) ? Math.Max(0, frame.Length - 1 - random.Next(8)) : random.Next(frame.Length + 1);
        return random.Once(2) ? frame[..length] : Mended(frame[..length], lengths: true);
    }

    private byte[] Longer(byte[] frame)
    {
        var target = random.Next(4) switch
        {
            0 => frame.Length + 1 + random.Next(8),
            1 => network.Ports[0].Mtu + 14 - 2 + random.Next(5),
            2 => network.Ports[0].Mtu + 14 - random.Next(60),
            _ => frame.Length + random.Next(600),
        };
        byte[] longer = [.. frame, .. new byte[Math.Clamp(target - frame.Length, 0, Math.Max(0, LongestFrame - frame.Length))]];
        return random.Once(3) ? longer : Mended(longer, lengths: true);
    }

    private byte[] WithoutBytes(byte[] frame)
    {
        var at = random.Next(frame.Length);
        var count = Math.Min(1 + random.Next(20), frame.Length - at);
        byte[] shorter = [.. frame[..at], .. frame[(at + count)..]];
        return random.Once(2) ? shorter : Mended(shorter, lengths: true);
    }

    private byte[] Wrapped(byte[] frame, int port)
    {
        if (frame.Length < 34 || frame.Length > LongestFrame - 100)
            return forge.Frame(port);
        var packet = frame[14..];
        var source = random.Once(4) ? forge.Anywhere() : SlowWire.U32(packet, 12);
        return random.Next(6) switch
        {
            0 => [.. frame[..12], 0x81, 0, 0, random.NextByte(), .. frame[12..]],
            1 => forge.Ethernet(port, 0x0800, forge.Header(source, forge.Anywhere(), 4, packet)) is var ipip ? Mended(ipip, lengths: true) : [],
            2 => forge.Ethernet(port, 0x0800, forge.Vxlan(packet, source, forge.Anywhere())),
            3 when port == 0 && network.View.Peers.Length > 0 => forge.Tunnelled(packet, isVxlan: true),
            4 when port == 0 && network.View.Peers.Length > 0 => forge.Tunnelled(packet, isVxlan: false),
            _ => forge.Ethernet(port, 0x0800, forge.Error(forge.Anywhere(), SlowWire.U32(packet, 12), packet)),
        };
    }

    private byte[] WithOptions(byte[] frame)
    {
        if (frame.Length < 34 || SlowWire.U16(frame, 12) != 0x0800)
            return Flipped(frame);
        var words = 1 + random.Next(10);
        var options = random.Once(2) ? random.Bytes(4 * words) : [7, (byte)(4 * words), 4, .. new byte[(4 * words) - 3]];
        byte[] longer = [.. frame[..34], .. options, .. frame[34..]];
        longer[14] = (byte)(0x45 + words);
        return Mended(longer, lengths: true);
    }

    private byte[] WithField(byte[] frame)
    {
        byte[] copy = [.. frame];
        var layers = new FrameAnatomy(copy, network.L4Port).Layers;
        if (layers.Count == 0)
            return Flipped(frame);
        var layer = random.Pick(layers);
        var (offset, size) = random.Pick(Fields[(int)layer.Kind]);
        var at = layer.At + offset;
        if (at + size > copy.Length)
            return Flipped(frame);
        Set(copy, at, size);
        return random.Once(5) ? copy : Mended(copy, lengths: false);
    }

    private void Set(byte[] bytes, int at, int size)
    {
        switch (size)
        {
            case 1:
                bytes[at] = random.Once(2) ? random.NextByte() : (byte)(bytes[at] + random.Pick((int[])[-1, 1, 16, -16]));
                break;
            case 2:
                SlowWire.Put16(bytes, at, random.Next(3) switch
                {
                    0 => random.Pick(Interesting16),
                    1 => SlowWire.U16(bytes, at) + random.Next(17) - 8,
                    _ => random.Next(0x10000),
                });
                break;
            case 4:
                SlowWire.Put32(bytes, at, random.Once(4) ? (uint)random.NextBits() : forge.Anywhere());
                break;
            default:
                FrameForge.WriteMac(bytes.AsSpan(at), forge.AnyMac());
                break;
        }
    }

    private byte[] Mended(byte[] frame, bool lengths)
    {
        new FrameAnatomy(frame, network.L4Port).Mend(frame, lengths);
        return frame;
    }

    private static void MendHeader(byte[] frame, int at)
    {
        var header = Math.Max(20, (frame[at] & 0xf) * 4);
        SlowWire.Put16(frame, at + 2, frame.Length - at);
        SlowWire.Put16(frame, at + 10, 0);
        SlowWire.Put16(frame, at + 10, ~SlowWire.Sum(frame.AsSpan(at, Math.Min(header, frame.Length - at))));
    }
}
