using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>VXLAN packets to the router: every bit of the VXLAN header, UDP lengths and checksums, outer headers, inner frames cut off, ECN outer and inner (RFC 7348, RFC 6040).</summary>
internal static class VxlanSweeps
{
    private const int Outer = EthernetHeader.Size;
    private const int Udp = Outer + IPv4Header.MinimumSize;
    private const int Vxlan = Udp + UdpHeader.Size;
    private const int Inner = Vxlan + VxlanHeader.Size;

    /// <summary>All cases.</summary>
    public static IEnumerable<Case> Cases() =>
        Headers().Concat(Checksums()).Concat(Ecn()).Concat(OuterHeaders()).Concat(Cuts()).Concat(InnerFrames()).Concat(Nested());

    private static byte[] Plain(int length = 40) =>
        VxlanFrames.FromPeer(FrameBuilder.IPv4("10.244.2.5", TwinNetwork.WorkloadAddress, 253, FrameBuilder.Pattern(length)));

    private static Case Of(string name, byte[] frame) => new($"{name}, vxlan to workload", TwinNetwork.Uplink, frame);

    private static Case With(string name, params (int At, byte Value)[] bytes)
    {
        var frame = Plain();
        foreach (var (at, value) in bytes)
            frame[at] = value;
        return Of(name, frame);
    }

    // An outer header with these bytes and a true checksum.
    private static Case WithOuter(string name, params (int At, byte Value)[] bytes)
    {
        var frame = Plain();
        foreach (var (at, value) in bytes)
            frame[Outer + at] = value;
        IPv4Header.At(frame.AsSpan(Outer)).UpdateChecksum();
        return Of(name, frame);
    }

    private static IEnumerable<Case> Headers()
    {
        for (var flags = 0; flags < 256; flags++)
            yield return With($"vxlan flags {flags:x2}", (Vxlan, (byte)flags));
        for (var at = 1; at < VxlanHeader.Size; at++)
        {
            for (var bit = 0; bit < 8; bit++)
                yield return With($"vxlan byte {at} bit {bit}", (Vxlan + at, (byte)((at == 5 ? 0x10 : 0) ^ (1 << bit))));
        }

        foreach (ushort port in (ushort[])[0, 4788, 4790, 8472])
            yield return With($"outer port {port}", (Udp + 2, (byte)(port >> 8)), (Udp + 3, (byte)port));
        foreach (ushort port in (ushort[])[0, 1, 4789, 65535])
            yield return With($"outer source port {port}", (Udp, (byte)(port >> 8)), (Udp + 1, (byte)port));
    }

    private static IEnumerable<Case> Checksums()
    {
        foreach (var difference in (int[])[0, 1, 0x100, 0xffff])
        {
            var frame = Plain();
            var header = IPv4Header.At(frame.AsSpan(Outer));
            var udp = UdpHeader.At(frame.AsSpan(Udp));
            udp.UpdateChecksum(header.Source, header.Destination);
            udp.Checksum = (ushort)(udp.Checksum ^ difference);
            yield return Of($"outer checksum wrong by {difference:x4}", frame);
        }

        var actual = Plain().Length - Udp;
        foreach (var length in (int[])[0, 7, 8, 15, 16, 29, 30, 49, 50, actual - 1, actual, actual + 1, 0xffff])
            yield return With($"outer udp length {length} of {actual}", (Udp + 4, (byte)(length >> 8)), (Udp + 5, (byte)length));
    }

    // All pairs of codepoints, with DSCP that must stay where they are.
    private static IEnumerable<Case> Ecn()
    {
        foreach (var way in Way.OutOfVxlan)
        {
            for (byte outer = 0; outer < 4; outer++)
            {
                for (byte inner = 0; inner < 4; inner++)
                {
                    var packet = new Packet { Way = way, TosEcn = inner, OuterTosEcn = outer, Payload = FrameBuilder.Pattern(20) };
                    yield return packet.AsCase($"outer ecn {outer} inner ecn {inner}");
                    yield return (packet with { TosEcn = (byte)(inner | 0xb8), OuterTosEcn = (byte)(outer | 0x28) }).AsCase($"outer ecn {outer} inner ecn {inner} and dscp");
                    yield return (packet with { Ttl = 1 }).AsCase($"outer ecn {outer} inner ecn {inner} ttl 1");
                }
            }
        }
    }

    private static IEnumerable<Case> OuterHeaders()
    {
        foreach (byte ttl in (byte[])[0, 1, 2, 255])
            yield return WithOuter($"outer ttl {ttl}", (8, ttl));
        for (byte flags = 0; flags < 8; flags += 2)
            yield return WithOuter($"outer flags {flags}", (6, (byte)(flags << 5)));
        yield return WithOuter("outer protocol 136", (9, 136));
        foreach (byte last in (byte[])[0, 1, 2, 4, 5, 14, 15])
            yield return WithOuter($"from 192.0.2.{last}", (15, last));
        yield return WithOuter("from 8.8.8.8", (12, 8), (13, 8), (14, 8), (15, 8));
        foreach (byte last in (byte[])[0, 2, 15])
            yield return WithOuter($"to 192.0.2.{last}", (19, last));
        yield return WithOuter("to a multicast group", (16, 224), (17, 0), (18, 0), (19, 1));
        foreach (var mac in (MacAddress[])[MacAddress.Broadcast, MacAddress.Parse("01:00:5e:00:00:01"), TwinNetwork.NeighborMac(2)])
        {
            var frame = Plain();
            mac.Write(frame);
            yield return Of($"outer frame to {mac}", frame);
        }

        var false1 = Plain();
        false1[Outer + 10] ^= 1;
        yield return Of("outer header with a false checksum", false1);
        foreach (var options in (byte[][])[[1, 1, 1, 1], [0, 0, 0, 0], [148, 4, 0, 0], [30, 4, 1, 2]])
        {
            var frame = Plain();
            yield return Of($"outer options {options[0]}", [.. frame[..Outer], .. FrameBuilder.WithOptions(frame[Outer..], options)]);
        }
    }

    private static IEnumerable<Case> Cuts()
    {
        for (var length = Udp; length < Plain(8).Length; length++)
        {
            var frame = Plain(8)[..length];
            yield return Of($"cut to {length}", frame);
            var header = IPv4Header.At(frame.AsSpan(Outer));
            header.TotalLength = (ushort)(length - Outer);
            if (length >= Udp + UdpHeader.Size)
                (frame[Udp + 4], frame[Udp + 5]) = ((byte)((length - Udp) >> 8), (byte)(length - Udp));
            yield return Of($"cut to {length} with true lengths", frame);
        }

        foreach (var extra in (int[])[1, 18, 100])
            yield return Of($"{extra} bytes behind the outer packet", [.. Plain(), .. FrameBuilder.Pattern(extra)]);
    }

    private static IEnumerable<Case> InnerFrames()
    {
        foreach (ushort type in (ushort[])[0, 46, 0x5dc, 0x600, 0x8100, 0x86dd, 0x8847, 0x88a8])
            yield return With($"inner type {type:x4}", (Inner + 12, (byte)(type >> 8)), (Inner + 13, (byte)type));
        yield return With("inner frame from the router's own VTEP", [.. TwinNetwork.Vtep.ToString().Split(':').Select((text, at) => (Inner + 6 + at, Convert.ToByte(text, 16)))]);
        var arp = FrameBuilder.Arp(ArpOperation.Request, TwinNetwork.PeerVtep.ToString(), "10.244.2.1", "00:00:00:00:00:00", TwinNetwork.NodeAddress);
        yield return Of("inner ARP request", VxlanFrames.Around(FrameBuilder.Ethernet(TwinNetwork.PeerVtep, MacAddress.Broadcast, EtherType.Arp, arp)));
    }

    private static IEnumerable<Case> Nested()
    {
        var frame = Plain();
        for (var depth = 2; depth < 5; depth++)
        {
            frame = VxlanFrames.FromPeer(frame[EthernetHeader.Size..]);
            yield return Of($"vxlan {depth} deep", frame);
        }
    }
}
