using System.Buffers.Binary;
using System.Net;

namespace VRouter.TestKit.Properties;

/// <summary>
/// An IPv4 packet as a list of its fields (RFC 791 §3.1), written and read byte by byte without the header views of the router: what these are compared with, and
/// what shrinks to something readable.
/// </summary>
public sealed record NaivePacket
{
    /// <summary>DSCP and ECN.</summary>
    public byte TosEcn { get; init; }

    /// <summary>Shared by the fragments of a datagram.</summary>
    public ushort Identification { get; init; }

    /// <summary>The bit that RFC 791 wants to be zero.</summary>
    public bool ReservedFlag { get; init; }

    /// <summary>DF.</summary>
    public bool DontFragment { get; init; }

    /// <summary>MF.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>The fragment's place, in units of 8 bytes.</summary>
    public int OffsetUnits { get; init; }

    /// <summary>Time to live.</summary>
    public byte Ttl { get; init; } = 64;

    /// <summary>What the payload is.</summary>
    public byte Protocol { get; init; } = 253;

    /// <summary>The sender.</summary>
    public uint Source { get; init; }

    /// <summary>The receiver.</summary>
    public uint Destination { get; init; }

    /// <summary>A multiple of 4 bytes, at most 40.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>What follows the header.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes of header and payload.</summary>
    public int TotalLength => 20 + Options.Length + Payload.Length;

    /// <summary>The packet on the wire, its checksum true.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[TotalLength];
        bytes[0] = (byte)(0x45 + (Options.Length / 4));
        bytes[1] = TosEcn;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), Identification);
        var flags = (ReservedFlag ? 0x8000 : 0) | (DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)(flags | OffsetUnits));
        bytes[8] = Ttl;
        bytes[9] = Protocol;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), Source);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), Destination);
        Options.CopyTo(bytes, 20);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), NaiveChecksum.Of(bytes.AsSpan(0, 20 + Options.Length)));
        Payload.CopyTo(bytes, 20 + Options.Length);
        return bytes;
    }

    /// <summary>The packet that bytes hold, all of them; null where they hold none: wrong version, lengths or checksum.</summary>
    public static NaivePacket? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 20 || bytes[0] >> 4 != 4)
            return null;
        var headerLength = (bytes[0] & 15) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (headerLength < 20 || headerLength > bytes.Length || total < headerLength || total > bytes.Length || NaiveChecksum.Sum(bytes[..headerLength]) != 0xffff)
            return null;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        return new NaivePacket
        {
            TosEcn = bytes[1],
            Identification = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            ReservedFlag = (flags & 0x8000) != 0,
            DontFragment = (flags & 0x4000) != 0,
            MoreFragments = (flags & 0x2000) != 0,
            OffsetUnits = flags & 0x1fff,
            Ttl = bytes[8],
            Protocol = bytes[9],
            Source = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            Options = bytes[20..headerLength].ToArray(),
            Payload = bytes[headerLength..total].ToArray(),
        };
    }

    /// <summary>A packet of any size and any flags between two addresses.</summary>
    /// <param name="random">The numbers that it is made of.</param>
    /// <param name="source">The sender.</param>
    /// <param name="destination">The receiver.</param>
    /// <param name="longest">Its greatest total length.</param>
    public static NaivePacket Make(Random random, uint source, uint destination, int longest)
    {
        var options = random.Next(4) == 0 ? MakeOptions(random) : [];
        // Small and great ones, and those around lengths that links and tunnels take.
        var payload = new byte[random.Next(4) switch
        {
            0 => random.Next(0, 65),
            1 => Math.Clamp((random.Next(1, 4) * 500) - 20 - options.Length - random.Next(-60, 60), 0, longest - 20 - options.Length),
            _ => random.Next(0, longest - 20 - options.Length + 1),
        }];
        random.NextBytes(payload);
        return new NaivePacket
        {
            TosEcn = (byte)random.Next(256),
            Identification = (ushort)random.Next(0x10000),
            ReservedFlag = random.Next(20) == 0,
            DontFragment = random.Next(3) == 0,
            Ttl = (byte)(random.Next(8) == 0 ? random.Next(4) : random.Next(256)),
            Protocol = (byte)random.Next(256),
            Source = source,
            Destination = destination,
            Options = options,
            Payload = payload,
        };
    }

    /// <summary>Simpler packets.</summary>
    public static IEnumerable<NaivePacket> Shrink(NaivePacket packet)
    {
        foreach (var payload in Shrinks.Bytes(packet.Payload))
            yield return packet with { Payload = payload };
        foreach (var units in Shrinks.Number(packet.Options.Length / 4))
            yield return packet with { Options = packet.Options[..(units * 4)] };
        foreach (var options in Shrinks.Bytes(packet.Options).Where(options => options.Length == packet.Options.Length))
            yield return packet with { Options = options };
        foreach (var tos in Shrinks.Number(packet.TosEcn))
            yield return packet with { TosEcn = (byte)tos };
        foreach (var number in Shrinks.Number(packet.Identification))
            yield return packet with { Identification = (ushort)number };
        if (packet.ReservedFlag)
            yield return packet with { ReservedFlag = false };
        if (packet.DontFragment)
            yield return packet with { DontFragment = false };
        if (packet.MoreFragments)
            yield return packet with { MoreFragments = false };
        foreach (var offset in Shrinks.Number(packet.OffsetUnits))
            yield return packet with { OffsetUnits = offset };
        if (packet.Ttl != 64)
            yield return packet with { Ttl = 64 };
        if (packet.Protocol != 253)
            yield return packet with { Protocol = 253 };
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var flags = string.Concat(ReservedFlag ? " reserved" : "", DontFragment ? " DF" : "", MoreFragments ? " MF" : "");
        return $"{Address(Source)} > {Address(Destination)} proto {Protocol} ttl {Ttl} tos 0x{TosEcn:x2} id {Identification}{flags} offset {OffsetUnits * 8} "
            + $"options {Options.Length} payload {Payload.Length}: {Convert.ToHexString(ToBytes())}";
    }

    private static string Address(uint value) => new IPAddress(BinaryPrimitives.ReverseEndianness(value)).ToString();

    // Well-formed mostly: options of any type and length, in any order, padded; else any bytes.
    private static byte[] MakeOptions(Random random)
    {
        var options = new byte[random.Next(1, 11) * 4];
        if (random.Next(5) == 0)
        {
            random.NextBytes(options);
            return options;
        }

        for (var at = 0; at < options.Length;)
        {
            var length = random.Next(1, options.Length - at + 1);
            if (length == 1)
            {
                options[at++] = 1;
                continue;
            }

            random.NextBytes(options.AsSpan(at, length));
            options[at] |= 2;
            options[at + 1] = (byte)length;
            at += length;
            if (random.Next(4) == 0)
                break;
        }

        return options;
    }
}
