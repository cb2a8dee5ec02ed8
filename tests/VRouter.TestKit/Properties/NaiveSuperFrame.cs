using System.Buffers.Binary;

namespace VRouter.TestKit.Properties;

/// <summary>
/// A TCP or UDP super-frame, plain or inside of a tunnel, as the list of what it holds, and each of its segments, written byte by byte from RFC 9293, RFC 768, RFC 2003
/// and RFC 7348: what segmentation is compared with.
/// </summary>
public sealed record NaiveSuperFrame
{
    private const byte Fin = 1, Psh = 8, Cwr = 0x80;

    /// <summary>What is around the packet that is cut.</summary>
    public enum Encapsulation
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>An IPv4 header.</summary>
        Ipip,

        /// <summary>IPv4, UDP, VXLAN and Ethernet headers; no UDP checksum.</summary>
        Vxlan,

        /// <summary>The same with a UDP checksum.</summary>
        VxlanWithChecksum,
    }

    /// <summary>TCP, else UDP.</summary>
    public bool IsTcp { get; init; }

    /// <summary>What is around it.</summary>
    public Encapsulation Tunnel { get; init; }

    /// <summary>The IPv4 header of the packet that is cut; no payload.</summary>
    public required NaivePacket Network { get; init; }

    /// <summary>Both transport ports.</summary>
    public uint Ports { get; init; } = 0x1234_0050;

    /// <summary>TCP: the first byte's number.</summary>
    public uint Sequence { get; init; }

    /// <summary>TCP: the flags.</summary>
    public byte Flags { get; init; } = 0x10;

    /// <summary>TCP: a multiple of 4 bytes, at most 40.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>What is cut.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes of payload per segment.</summary>
    public int SegmentSize { get; init; } = 1;

    /// <summary>Number of segments, at least one.</summary>
    public int Count => Math.Max(1, (Payload.Length + SegmentSize - 1) / SegmentSize);

    /// <summary>Where the transport header of what is cut stands in the frame.</summary>
    public int Transport => 14 + OuterLength + 20 + Network.Options.Length;

    private int OuterLength => Tunnel switch { Encapsulation.None => 0, Encapsulation.Ipip => 20, _ => 50 };

    /// <summary>Any super-frame.</summary>
    public static NaiveSuperFrame Make(Random random)
    {
        var isTcp = random.Next(3) > 0;
        var size = random.Next(3) == 0 ? random.Next(1, 30) : random.Next(30, 1500);
        var payload = new byte[Math.Min(random.Next(4) == 0 ? size * random.Next(1, 12) : random.Next(0, size * 12), 60_000)];
        random.NextBytes(payload);
        var options = new byte[random.Next(3) == 0 ? 4 * random.Next(11) : 12];
        random.NextBytes(options);
        return new NaiveSuperFrame
        {
            IsTcp = isTcp,
            Tunnel = (Encapsulation)random.Next(4),
            Network = NaivePacket.Make(random, (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32), 100) with
            {
                Protocol = isTcp ? (byte)6 : (byte)17, Payload = [],
            },
            Ports = (uint)random.NextInt64(1L << 32),
            Sequence = random.Next(4) == 0 ? uint.MaxValue - (uint)random.Next(5000) : (uint)random.NextInt64(1L << 32),
            Flags = (byte)random.Next(256),
            Options = isTcp ? options : [],
            Payload = payload,
            SegmentSize = size,
        };
    }

    /// <summary>Simpler super-frames.</summary>
    public static IEnumerable<NaiveSuperFrame> Shrink(NaiveSuperFrame frame)
    {
        if (frame.Tunnel != Encapsulation.None)
            yield return frame with { Tunnel = Encapsulation.None };
        foreach (var length in Shrinks.Number(frame.Payload.Length))
            yield return frame with { Payload = frame.Payload[..length] };
        if (frame.Payload.AsSpan().ContainsAnyExcept((byte)0))
            yield return frame with { Payload = new byte[frame.Payload.Length] };
        foreach (var size in Shrinks.Number(frame.SegmentSize, 1))
            yield return frame with { SegmentSize = size };
        foreach (var units in Shrinks.Number(frame.Options.Length / 4))
            yield return frame with { Options = frame.Options[..(units * 4)] };
        if (frame.Flags != 0x10)
            yield return frame with { Flags = 0x10 };
        if (frame.Sequence != 0)
            yield return frame with { Sequence = 0 };
        foreach (var network in NaivePacket.Shrink(frame.Network).Where(network => network.Protocol == frame.Network.Protocol))
            yield return frame with { Network = network };
    }

    /// <summary>The super-frame itself; its lengths are those of the whole, and its checksums true.</summary>
    public byte[] ToBytes() => Frame(0, Payload, Flags);

    /// <summary>The segment of this number.</summary>
    public byte[] Segment(int index)
    {
        var start = index * SegmentSize;
        var flags = Flags;
        if (index > 0)
            flags &= Cwr ^ 0xff; // the peer is told once (RFC 3168 §6.1.2)
        if (index < Count - 1)
            flags &= (Fin | Psh) ^ 0xff; // the end is the last one's
        return Frame(index, Payload[start..Math.Min(start + SegmentSize, Payload.Length)], flags);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(IsTcp ? "TCP" : "UDP")} {Tunnel} size {SegmentSize} sequence {Sequence} flags 0x{Flags:x2} options {Convert.ToHexString(Options)} payload {Payload.Length} in {Network}";

    private byte[] Frame(int index, byte[] payload, byte flags)
    {
        var segment = IsTcp ? Tcp(index, payload, flags) : Udp(Ports, payload);
        var at = IsTcp ? 16 : 6;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(at), Checksum(Network, segment));
        var packet = (Network with { Identification = (ushort)(Network.Identification + index), Payload = segment }).ToBytes();
        var outer = new NaivePacket { Source = 0x0a000001, Destination = 0x0a000002, Identification = (ushort)(0xfffe + index), Protocol = 4 };
        byte[] link = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        if (Tunnel == Encapsulation.Ipip)
        {
            packet = (outer with { Payload = packet }).ToBytes();
        }
        else if (Tunnel != Encapsulation.None)
        {
            outer = outer with { Protocol = 17 };
            var datagram = Udp(0xc000_12b5, [8, 0, 0, 0, 0, 16, 0, 0, .. link, .. packet]);
            if (Tunnel == Encapsulation.VxlanWithChecksum)
                BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), Checksum(outer, datagram));
            packet = (outer with { Payload = datagram }).ToBytes();
        }

        return [.. link, .. packet];
    }

    private byte[] Tcp(int index, byte[] payload, byte flags)
    {
        var header = new byte[20 + Options.Length];
        BinaryPrimitives.WriteUInt32BigEndian(header, Ports);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), Sequence + (uint)(index * SegmentSize));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 0x01020304);
        header[12] = (byte)(header.Length / 4 << 4);
        header[13] = flags;
        header[15] = 99;
        Options.CopyTo(header, 20);
        return [.. header, .. payload];
    }

    private static byte[] Udp(uint ports, byte[] payload)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(header, ports);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(8 + payload.Length));
        return [.. header, .. payload];
    }

    // RFC 768, RFC 9293 §3.1: over a pseudo-header too; UDP writes 0 as 0xffff.
    private static ushort Checksum(NaivePacket network, byte[] segment)
    {
        var pseudo = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(pseudo, network.Source);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo.AsSpan(4), network.Destination);
        pseudo[9] = network.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(pseudo.AsSpan(10), (ushort)segment.Length);
        var checksum = NaiveChecksum.Of([.. pseudo, .. segment]);
        return checksum == 0 && network.Protocol == 17 ? (ushort)0xffff : checksum;
    }
}
