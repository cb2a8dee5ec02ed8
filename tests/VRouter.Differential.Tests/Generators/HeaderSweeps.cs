using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>Each field of the IPv4 header over its values, on every way, the rest being valid.</summary>
internal static class HeaderSweeps
{
    private const int Headroom = 20;

    /// <summary>All cases of a way.</summary>
    public static IEnumerable<Case> Of(Way way)
    {
        var plain = new Packet { Way = way, Payload = FrameBuilder.Pattern(64) };
        return Small(plain).Concat(Lengths(plain)).Concat(Protocols(plain)).Concat(MtuEdges(plain)).Concat(Paddings(plain));
    }

    private static IEnumerable<Case> Small(Packet plain)
    {
        for (byte version = 0; version < 16; version++)
            yield return (plain with { Version = version }).AsCase($"version {version}");
        for (byte length = 0; length < 16; length++)
            yield return (plain with { HeaderLength = length }).AsCase($"header length {length}");
        for (var tos = 0; tos < 256; tos++)
            yield return (plain with { TosEcn = (byte)tos }).AsCase($"tos {tos}");
        foreach (ushort id in (ushort[])[0, 1, 0x7fff, 0x8000, 0xffff])
            yield return (plain with { Identification = id }).AsCase($"identification {id}");
        for (byte flags = 0; flags < 8; flags++)
        {
            foreach (ushort offset in (ushort[])[0, 1, 2, 100, 0xfff, 8180, 8183, 8184, 8185, 8189, 8190, 8191])
                yield return (plain with { Flags = flags, Offset = offset }).AsCase($"flags {flags} offset {offset}");
        }

        for (var ttl = 0; ttl < 256; ttl++)
            yield return (plain with { Ttl = (byte)ttl }).AsCase($"ttl {ttl}");
        for (var bit = 0; bit < 16; bit++)
        {
            var frame = plain.Build();
            var start = frame.Frame.Length - plain.Payload.Length - Headroom + 10;
            frame.Frame[start + (bit / 8)] ^= (byte)(0x80 >> (bit % 8));
            yield return new Case($"checksum bit {bit}, {plain.Way.Name}", [frame]);
        }

        foreach (ushort checksum in (ushort[])[0, 0xffff])
            yield return (plain with { Checksum = checksum }).AsCase($"checksum {checksum:x4}");
        foreach (var (id, ttl) in ZeroChecksums(plain))
            yield return (plain with { Identification = id, Ttl = ttl }).AsCase("a checksum of zero before or behind the router");
    }

    // Identifications with which the checksum is 0 or ffff, or becomes so when the TTL is one less (RFC 1624 §3).
    private static IEnumerable<(ushort Identification, byte Ttl)> ZeroChecksums(Packet plain)
    {
        foreach (byte ttl in (byte[])[2, 64, 255])
        {
            foreach (byte counted in (byte[])[ttl, (byte)(ttl - 1)])
            {
                var frame = (plain with { Identification = 0, Ttl = counted, Checksum = 0 }).Build().Frame;
                var header = frame.AsSpan(frame.Length - plain.Payload.Length - Headroom, Headroom);
                yield return (InternetChecksum.Compute(header), ttl);
            }
        }
    }

    private static IEnumerable<Case> Lengths(Packet plain)
    {
        var actual = Headroom + plain.Payload.Length;
        foreach (var length in (int[])[0, 1, 19, 20, 21, 27, 28, 29, actual - 1, actual + 1, actual + 8, 1500, 0x7fff, 0xffff])
            yield return (plain with { TotalLength = (ushort)length }).AsCase($"total length {length} of {actual}");
        for (var length = 0; length <= 48; length++)
            yield return (plain with { Payload = FrameBuilder.Pattern(length) }).AsCase($"payload {length}");
        for (var cut = 1; cut <= actual; cut++)
        {
            var frame = plain.Build();
            if (!plain.Way.IsTunnelled)
                yield return new Case($"cut by {cut}, {plain.Way.Name}", frame.Port, frame.Frame[..^cut]);
        }
    }

    private static IEnumerable<Case> Protocols(Packet plain)
    {
        for (var protocol = 0; protocol < 256; protocol++)
            yield return (plain with { Protocol = (byte)protocol }).AsCase($"protocol {protocol}");
        for (var protocol = 0; protocol < 256; protocol += 5)
            yield return (plain with { Protocol = (byte)protocol, Ttl = 1, Payload = [] }).AsCase($"protocol {protocol} ttl 1");
    }

    private static IEnumerable<Case> MtuEdges(Packet plain)
    {
        int[] lengths = [plain.Way.Mtu - 1, plain.Way.Mtu, plain.Way.Mtu + 1, plain.Way.Mtu + 2, plain.Way.Mtu + 8, 2 * plain.Way.Mtu, 576, 577, 1280, plain.Way.LongestPacket, plain.Way.LongestPacket + 4, plain.Way.LongestPacket + 5];
        foreach (var length in lengths.Distinct().Where(length => length <= plain.Way.LongestPacket + 5))
        {
            for (byte flags = 0; flags < 5; flags++)
            {
                foreach (ushort offset in (ushort[])[0, 3])
                {
                    foreach (byte ttl in (byte[])[64, 1])
                    {
                        var packet = plain with { Payload = FrameBuilder.Pattern(length - Headroom), Flags = flags, Offset = offset, Ttl = ttl };
                        yield return packet.AsCase($"length {length} of MTU {plain.Way.Mtu}, flags {flags} offset {offset} ttl {ttl}");
                    }
                }
            }
        }
    }

    private static IEnumerable<Case> Paddings(Packet plain)
    {
        foreach (var length in (int[])[1, 2, 3, 17, 46, 200])
        {
            foreach (byte ttl in (byte[])[64, 1])
                yield return (plain with { Payload = FrameBuilder.Pattern(4), Trailer = FrameBuilder.Pattern(length), Ttl = ttl }).AsCase($"{length} bytes behind the packet, ttl {ttl}");
        }
    }
}
