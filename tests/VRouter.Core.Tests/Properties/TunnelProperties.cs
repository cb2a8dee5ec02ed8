using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>
/// What one node sends into a tunnel, or plainly, comes out of the other as it went in: decapsulate(encapsulate(p)) = p, and reassemble(fragment(p)) = p, also where tunnel
/// packets are fragmented on their way and put together by the receiving node; but for two routers' TTL and what the way noted in the ECN bits. Whole engines do it, by the fused path or by the graph.
/// </summary>
public sealed class TunnelProperties : PropertyTests, IDisposable
{
    private readonly TunnelEnds[] senders = [new(0, fused: false), new(0, fused: true)];
    private readonly TunnelEnds[] receivers = [new(1, fused: false), new(1, fused: true)];

    public TunnelProperties(ITestOutputHelper output)
        : base(output)
    {
    }

    /// <summary>A packet's way.</summary>
    /// <param name="Packet">As the pod sends it.</param>
    /// <param name="Kind">Ipip, Vxlan or NextHop.</param>
    /// <param name="Mtu">The longest packet that may go this way, without encapsulation.</param>
    /// <param name="MarkedAs">The ECN codepoint that the network gives to each packet between the nodes; -1: leaves it.</param>
    /// <param name="FusedSender">Whether the sending node has the fused path.</param>
    /// <param name="FusedReceiver">Whether the receiving node has it.</param>
    /// <param name="Order">The numbers that packets between the nodes are shuffled by.</param>
    /// <param name="Padding">Bytes that the links add to each packet.</param>
    /// <param name="Narrow">What a link between the nodes takes: tunnel packets that are longer, and may be, come in fragments; 0: whatever they send.</param>
    private sealed record Way(NaivePacket Packet, AdjacencyKind Kind, int Mtu, int MarkedAs, bool FusedSender, bool FusedReceiver, int Order, int Padding, int Narrow);

    [Property(Cases = 8_000)]
    [Rfc("1812-4.2.2.8-reassemble")]
    [Rfc("1812-4.2.2.3-reserved-bits", "1812-4.2.2.7-fragment", "1812-4.3.2.3-quote", "1812-5.2.6-fragment", "1812-5.2.6-reassemble", "1812-5.3.1-decrement")]
    [Rfc("1812-5.3.1-discard", "1812-5.2.7.3-time-exceeded", "792-Destination Unreachable-df", "1191-4-next-hop-mtu", "1191-4-zero", "1191-4-least")]
    [Rfc("2003-3.1-header", "2003-3.1-df", "2003-3.1-options", "2003-3.1-ttl", "2003-3.1-ttl-zero", "6040-4.1-normal")]
    [Rfc("6040-4.2-table", "6040-4.2-not-ect")]
    public void Packet_AnyWayBetweenTwoNodes_ArrivesAsItWasSent() => Check(Make, Shrink, ArrivesAsSent, way => way.ToString());

    public void Dispose()
    {
        foreach (var node in senders.Concat(receivers))
            node.Dispose();
    }

    private static Way Make(Random random)
    {
        var kind = random.Next(3) switch { 0 => AdjacencyKind.NextHop, 1 => AdjacencyKind.Ipip, _ => AdjacencyKind.Vxlan };
        var overhead = Overhead(kind);
        var packet = NaivePacket.Make(random, TunnelEnds.Pod(0).Value, TunnelEnds.Pod(1).Value, TunnelEnds.PodMtu);
        if (random.Next(5) == 0)
        {
            // It is a fragment already.
            packet = packet with
            {
                MoreFragments = random.Next(2) == 0,
                OffsetUnits = random.Next((65535 - packet.Payload.Length) / 8),
                Payload = packet.Payload[..(packet.Payload.Length & ~7)],
            };
        }

        var mtu = random.Next(3) switch
        {
            0 => 1500 - overhead,
            1 => random.Next(68, 600),
            _ => Math.Max(68, packet.TotalLength + random.Next(-10, 11)),
        };
        return new Way(packet, kind, mtu, random.Next(-1, 4), random.Next(2) == 0, random.Next(2) == 0, random.Next(1000), random.Next(3) == 0 ? random.Next(46) : 0,
            kind != AdjacencyKind.NextHop && random.Next(2) == 0 ? random.Next(200, 1500) : 0);
    }

    private static IEnumerable<Way> Shrink(Way way) => NaivePacket.Shrink(way.Packet).Select(packet => way with { Packet = packet })
        .Concat(new[] { way with { MarkedAs = -1 }, way with { Order = 0 }, way with { Padding = 0 }, way with { Narrow = 0 }, way with { FusedSender = false }, way with { FusedReceiver = false } }
            .Where(simpler => simpler != way));

    private void ArrivesAsSent(Way way)
    {
        var packet = way.Packet;
        var sender = senders[way.FusedSender ? 1 : 0];
        sender.Connect(way.Kind, way.Mtu, strict: true);
        sender.Process(TunnelEnds.PodPort, [[.. packet.ToBytes(), .. new byte[way.Padding]]]);
        var between = sender.Sent[TunnelEnds.UplinkPort].Select(frame => Between(frame, way)).ToArray();
        var problem = NaiveOptions.Problem(packet.Options);
        if (problem == NaiveOptions.SourceRouted)
        {
            Assert.Empty(between);
            Assert.Empty(sender.Sent[TunnelEnds.PodPort]);
            return;
        }

        if (problem >= 0 || packet.Ttl <= 1 || (packet.TotalLength > way.Mtu && packet.DontFragment))
        {
            Assert.Empty(between);
            AssertError(sender.Sent[TunnelEnds.PodPort], way, problem);
            return;
        }

        Assert.Empty(sender.Sent[TunnelEnds.PodPort]);
        Assert.NotEmpty(between);
        if (way.Narrow > 0)
            between = [.. between.SelectMany(outer => NaiveFragmenter.Cut(outer, way.Narrow))];
        new Random(way.Order).Shuffle(between);
        var receiver = receivers[way.FusedReceiver ? 1 : 0];
        receiver.Connect(way.Kind, way.Mtu, strict: way.Order % 2 == 0);
        receiver.Process(TunnelEnds.UplinkPort, between.Select(outer => (byte[])[.. outer.ToBytes(), .. new byte[way.Padding]]));
        AssertArrival(receiver.Sent[TunnelEnds.PodPort], way with { Packet = packet with { Options = NaiveOptions.Forwarded(packet.Options, TunnelEnds.Node(0).Value, sender.OptionTime) } }, receiver.OptionTime);
    }

    // What leaves the sending node, with the mark of the network.
    private static NaivePacket Between(byte[] frame, Way way)
    {
        Assert.Equal($"{TunnelEnds.NodeMac(1).Bits:X12}{TunnelEnds.NodeMac(0).Bits:X12}0800", Convert.ToHexString(frame.AsSpan(0, 14)));
        var outer = NaivePacket.Read(frame.AsSpan(14))!;
        Assert.NotNull(outer);
        Assert.Equal(frame.Length - 14, outer.TotalLength);
        Assert.InRange(outer.TotalLength, 20, way.Mtu + Overhead(way.Kind));
        if (way.Kind != AdjacencyKind.NextHop)
        {
            var isIpip = way.Kind == AdjacencyKind.Ipip;
            Assert.Equal(
                new NaivePacket
                {
                    // RFC 2003 §3.1, RFC 6040 §4.1; VXLAN's outer packet says nothing of the inner DSCP, as with Linux.
                    TosEcn = (byte)(way.Packet.TosEcn & (isIpip ? 0xff : 3)), DontFragment = way.Packet.DontFragment, Ttl = 64,
                    Protocol = isIpip ? (byte)4 : (byte)17, Source = TunnelEnds.Node(0).Value, Destination = TunnelEnds.Node(1).Value,
                    Identification = outer.Identification, Payload = outer.Payload,
                }.ToBytes(),
                frame[14..]);
        }

        return way.MarkedAs < 0 ? outer : outer with { TosEcn = (byte)((outer.TosEcn & 0xfc) | way.MarkedAs) };
    }

    // The packet as the sender's node sent it, but for the TTL.
    private static void AssertArrival(List<byte[]> frames, Way way, uint receiverTime)
    {
        var sent = way.Packet;
        var ecn = way.Kind == AdjacencyKind.NextHop ? (way.MarkedAs < 0 ? sent.TosEcn & 3 : way.MarkedAs) : Decapsulated(sent.TosEcn & 3, way.MarkedAs);
        if (ecn < 0 || sent.Ttl <= 2)
        {
            Assert.Empty(frames);
            return;
        }

        var fragments = frames.Select(frame =>
        {
            Assert.Equal($"{TunnelEnds.PodMac.Bits:X12}EEEEEEEEEEEE0800", Convert.ToHexString(frame.AsSpan(0, 14)));
            var fragment = NaivePacket.Read(frame.AsSpan(14))!;
            Assert.NotNull(fragment);
            Assert.Equal(frame.Length - 14, fragment.TotalLength);
            Assert.InRange(fragment.TotalLength, 20, Math.Max(way.Mtu, 68));
            return fragment with { OffsetUnits = fragment.OffsetUnits - sent.OffsetUnits };
        }).OrderBy(fragment => fragment.OffsetUnits).ToArray();
        if (NaiveOptions.Problem(sent.Options) != NaiveOptions.Fine)
        {
            // The first node has filled the timestamp's count of those who found no room.
            Assert.DoesNotContain(fragments, fragment => fragment.OffsetUnits == 0);
            return;
        }

        // RFC 791 §3.1: later fragments have the options whose type says "copied", padded to a multiple of four bytes.
        foreach (var fragment in fragments[1..])
            Assert.Equal(NaiveOptions.Copied(sent.Options), fragment.Options);
        // The last piece of a packet that was a fragment says what that one said.
        Assert.Equal(sent.MoreFragments, fragments[^1].MoreFragments);
        fragments[^1] = fragments[^1] with { MoreFragments = false };
        var whole = NaiveReassembler.Reassemble(fragments);
        Assert.NotNull(whole);
        var expected = sent with { Options = NaiveOptions.Forwarded(sent.Options, TunnelEnds.Node(1).Value, receiverTime), Ttl = (byte)(sent.Ttl - 2), TosEcn = (byte)((sent.TosEcn & 0xfc) | ecn), MoreFragments = false, OffsetUnits = 0 };
        Assert.Equal(expected.ToBytes(), whole.ToBytes());
    }

    // RFC 792: the error tells why, to the sender, with the beginning of its packet.
    private static void AssertError(List<byte[]> frames, Way way, int problem)
    {
        var packet = way.Packet;
        if (packet.OffsetUnits > 0 || (packet.Protocol == 1 && (packet.Payload.Length == 0 || packet.Payload[0] is 3 or 4 or 5 or 11 or 12)))
        {
            Assert.Empty(frames);
            return;
        }

        // Whether an ICMP message of an unknown type is an error nobody can tell.
        if (frames.Count == 0 && packet.Protocol == 1 && packet.Payload[0] is not (0 or 8 or (>= 13 and <= 18)))
            return;

        var error = NaivePacket.Read(Assert.Single(frames).AsSpan(14))!;
        Assert.NotNull(error);
        Assert.Equal((TunnelEnds.Node(0).Value, packet.Source, (byte)1), (error.Source, error.Destination, error.Protocol));
        Assert.InRange(error.TotalLength, 20 + 8 + Math.Min(packet.TotalLength, 28), 576);
        Assert.Equal(0xffff, NaiveChecksum.Sum(error.Payload));
        byte[] beginning = problem >= 0 ? [12, 0, .. error.Payload[2..4], (byte)problem, 0, 0, 0]
            : packet.Ttl <= 1 ? [11, 0, .. error.Payload[2..4], 0, 0, 0, 0]
            : [3, 4, .. error.Payload[2..4], 0, 0, (byte)(way.Mtu >> 8), (byte)way.Mtu];
        Assert.Equal(beginning, error.Payload[..8]);
        Assert.Equal(packet.ToBytes()[..(error.Payload.Length - 8)], error.Payload[8..]);
    }

    // RFC 6040 §4.2 in words: congestion seen on the way is told to those who understand it, and the others' packets are lost; ECT(1) outside of ECT(0) goes on.
    private static int Decapsulated(int inner, int outer)
    {
        const int NotEct = 0, Ect1 = 1, Ect0 = 2, Congestion = 3;
        if (outer < 0)
            outer = inner;
        if (outer == Congestion)
            return inner == NotEct ? -1 : Congestion;
        return inner == Ect0 && outer == Ect1 ? Ect1 : inner;
    }

    private static int Overhead(AdjacencyKind kind) => kind switch { AdjacencyKind.Ipip => 20, AdjacencyKind.Vxlan => 50, _ => 0 };
}
