using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>ICMP, UDP and TCP of all kinds: a router forwards them unread, answers what is its own, and sends no errors about errors (RFC 1812 §4.3.2.7).</summary>
internal static class TransportSweeps
{
    /// <summary>All cases of a way.</summary>
    public static IEnumerable<Case> Of(Way way) => Icmp(way).Concat(Udp(way)).Concat(Tcp(way)).Concat(Fragments(way));

    private static IEnumerable<Case> Icmp(Way way)
    {
        var packet = new Packet { Way = way, Protocol = IpProtocol.Icmp };
        for (byte type = 0; type < 20; type++)
        {
            for (byte code = 0; code < 16; code++)
            {
                yield return (packet with { Payload = Payloads.IcmpError(way, type, code) }).AsCase($"icmp {type}/{code}");
                yield return (packet with { Payload = Payloads.IcmpError(way, type, code), Ttl = 1 }).AsCase($"icmp {type}/{code} ttl 1");
            }

            yield return (packet with { Payload = FrameBuilder.Icmp(type, 0, 0, []) }).AsCase($"icmp {type} alone");
            foreach (var length in (int[])[0, 1, 4, 7])
                yield return (packet with { Payload = FrameBuilder.Icmp(type, 0, 0, [])[..length], Ttl = 1 }).AsCase($"icmp {type} cut to {length} ttl 1");
        }

        foreach (var length in (int[])[0, 1, 56, 1000, 1252, 1253, 1422, 1423, 1472, 1473])
        {
            if (length + 28 > way.LongestPacket)
                continue;
            foreach (byte tos in (byte[])[0, 0xb8, 0xff])
            {
                foreach (byte flags in (byte[])[0, 2])
                    yield return (packet with { Payload = FrameBuilder.EchoRequest(length: length), TosEcn = tos, Flags = flags, Ttl = 9 }).AsCase($"echo of {length} tos {tos} flags {flags}");
            }
        }

        var wrong = FrameBuilder.EchoRequest();
        wrong[3] ^= 1;
        yield return (packet with { Payload = wrong }).AsCase("echo with a false checksum");
        yield return (packet with { Payload = FrameBuilder.EchoRequest()[..6] }).AsCase("echo cut off");
    }

    private static IEnumerable<Case> Udp(Way way)
    {
        var packet = new Packet { Way = way, Protocol = IpProtocol.Udp };
        foreach (ushort port in (ushort[])[0, 1, 53, 67, 4788, 4789, 4790, 8472, 33434, 65535])
        {
            foreach (byte ttl in (byte[])[64, 1])
                yield return (packet with { Payload = Payloads.Udp(way, port), Ttl = ttl }).AsCase($"udp port {port} ttl {ttl}");
        }

        for (var length = 0; length < 9; length++)
            yield return (packet with { Payload = Payloads.Udp(way)[..length] }).AsCase($"udp cut to {length}");
        foreach (var checksum in (int[])[0, 1, 0xffff])
        {
            var datagram = Payloads.Udp(way);
            (datagram[6], datagram[7]) = ((byte)(checksum >> 8), (byte)checksum);
            yield return (packet with { Payload = datagram }).AsCase($"udp checksum {checksum:x4}");
        }

        yield return (packet with { Payload = [.. Payloads.Udp(way), .. FrameBuilder.Pattern(8)] }).AsCase("udp with bytes behind it");
        foreach (var length in (int[])[0, 7, 8, 31, 33, 0xffff])
        {
            var datagram = Payloads.Udp(way);
            (datagram[4], datagram[5]) = ((byte)(length >> 8), (byte)length);
            yield return (packet with { Payload = datagram }).AsCase($"udp length {length} of 32");
        }
    }

    private static IEnumerable<Case> Tcp(Way way)
    {
        var packet = new Packet { Way = way, Protocol = IpProtocol.Tcp };
        for (byte flags = 0; flags < 64; flags++)
            yield return (packet with { Payload = Payloads.Tcp(way, flags) }).AsCase($"tcp flags {flags}");
        for (var length = 0; length < 20; length += 3)
            yield return (packet with { Payload = Payloads.Tcp(way)[..length] }).AsCase($"tcp cut to {length}");
        var wrong = Payloads.Tcp(way, length: 20);
        wrong[16] ^= 1;
        yield return (packet with { Payload = wrong }).AsCase("tcp with a false checksum");
    }

    // A datagram in pieces: in order, backwards, doubled, overlapping, with a hole; each piece by itself with TTL 1 (RFC 1812 §4.3.2.7: errors about the first only).
    private static IEnumerable<Case> Fragments(Way way)
    {
        var whole = Payloads.Udp(way, length: 120);
        // What is addressed to the router waits there for more: each case has an identification of its own.
        var id = (ushort)(Way.All.ToList().IndexOf(way) * 256);
        foreach (byte protocol in (byte[])[IpProtocol.Udp, 253])
        {
            foreach (byte ttl in (byte[])[64, 1])
            {
                foreach (var (name, pieces) in FragmentOrders.Of(whole.Length))
                {
                    id++;
                    var title = $"fragments {name}, protocol {protocol} ttl {ttl}, {way.Name}";
                    var frames = pieces.Select(piece => new Packet
                    {
                        Way = way, Source = way.SourceFor(title), Protocol = protocol, Identification = id, Ttl = ttl, Flags = (byte)(piece.IsLast ? 0 : 1), Offset = (ushort)(piece.Start / 8),
                        Payload = whole[piece.Start..piece.End],
                    }.Build()).ToList();
                    yield return new Case(title, frames);
                }
            }
        }
    }
}
