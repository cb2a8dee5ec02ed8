using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Offload;

namespace VRouter.Io.Tests.Offload;

public class SegmentationPlanTests
{
    private const TcpFlags AllTcpFlags = TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Fin | TcpFlags.Cwr | TcpFlags.Ece;

    private static List<byte[]> Cut(byte[] superFrame, VirtioNetHeader header)
    {
        var copy = superFrame.ToArray();
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(superFrame, header, out var plan));
        List<byte[]> frames = [];
        for (var i = 0; i < plan.Count; i++)
        {
            var frame = new byte[plan.LengthOf(i)];
            frame.AsSpan().Fill(0xa5);
            plan.Write(i, superFrame, frame);
            frames.Add(frame);
        }

        Assert.Equal(copy, superFrame);
        Assert.Equal(frames[0].Length, plan.MaximumLength);
        return frames;
    }

    private static byte[] ExpectedPayload(int length) => [.. Enumerable.Range(0, length).Select(SuperFrame.Payload)];

    [Theory]
    [InlineData(65160, 1448, 45)]
    [InlineData(1448, 1448, 1)]
    [InlineData(1449, 1448, 2)]
    [InlineData(3, 1, 3)]
    [InlineData(0, 1448, 1)]
    public void Tcp_SuperFrame_BecomesSegmentsWithTrueHeaders(int length, int size, int count)
    {
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(length, AllTcpFlags)));
        var frames = Cut(superFrame, SuperFrame.Header(VirtioNetHeader.GsoTcp4 | VirtioNetHeader.GsoEcnBit, size, 34, 16));

        Assert.Equal(count, frames.Count);
        for (var i = 0; i < count; i++)
        {
            var frame = frames[i];
            Assert.Equal(superFrame[..14], frame[..14]);
            Assert.Equal(DropReason.None, IPv4Header.Parse(frame.AsSpan(14), out var ip));
            Assert.Equal((ushort)(0xfffe + i), ip.Identification);
            Assert.True(ip.DontFragment);
            Assert.Equal(0xffff, WireTruth.NaiveTransportSum(frame.AsSpan(14)));
            var tcp = TcpHeader.At(ip.Payload);
            Assert.Equal(unchecked(0xffff_fff0 + (uint)(i * size)), tcp.SequenceNumber);
            Assert.Equal(77u, tcp.AcknowledgmentNumber);
            var flags = TcpFlags.Ack | TcpFlags.Ece;
            flags |= i == 0 ? TcpFlags.Cwr : 0;
            flags |= i == count - 1 ? TcpFlags.Fin | TcpFlags.Psh : 0;
            Assert.Equal(flags, tcp.Flags);
        }

        Assert.Equal(ExpectedPayload(length), frames.SelectMany(f => f[66..]));
    }

    [SkippableFact]
    public void Tcp_SuperFrame_SatisfiesTshark()
    {
        var frames = Cut(
            SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(20_000, AllTcpFlags, sequence: 1), options: 4)),
            SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 38, 16));

        WireTruth.AssertFlawless(frames);
        var fields = WireTruth.Fields(frames, "tcp.seq", "tcp.len", "tcp.flags.fin", "tcp.flags.cwr");
        Assert.Equal(Enumerable.Range(0, 14).Select(i => (1 + (i * 1448)).ToString()), fields.Select(f => f[0]).Select(Relative(fields)));
        Assert.Equal(20_000, fields.Sum(f => int.Parse(f[1])));
        Assert.Equal("1", fields[^1][2].Replace("True", "1"));

        // tshark may count sequence numbers from its own start
        static Func<string, string> Relative(string[][] all)
        {
            var first = long.Parse(all[0][0]);
            return text => (long.Parse(text) - first + 1).ToString();
        }
    }

    [Fact]
    public void Tcp_BehindVlanTags_IsCutAndTaggedOn()
    {
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(3000, TcpFlags.Ack)), 0x0064, 0x0065);
        var frames = Cut(superFrame, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 42, 16));

        Assert.Equal(3, frames.Count);
        Assert.All(frames, f => Assert.Equal(superFrame[..22], f[..22]));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(22))));
    }

    [Fact]
    public void Tcp_ChecksumAlreadyTrue_IsCutAllTheSame()
    {
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(3000, TcpFlags.Ack)));
        var frames = Cut(superFrame, new VirtioNetHeader(2, VirtioNetHeader.GsoTcp4, 0, 1448, 0, 0));

        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(14))));
    }

    [Fact]
    public void Tcp_BeyondSixtyFourKilobytes_IsCutToTheFramesEnd()
    {
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(150_000, TcpFlags.Ack), bigTcp: true));
        var frames = Cut(superFrame, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16));

        Assert.Equal(104, frames.Count);
        Assert.Equal(ExpectedPayload(150_000), frames.SelectMany(f => f[66..]));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(14))));
    }

    [SkippableFact]
    public void UdpDatagrams_SuperFrame_BecomesDatagrams()
    {
        var frames = Cut(
            SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(10_001))),
            SuperFrame.Header(VirtioNetHeader.GsoUdpDatagrams, 1000, 34, 6));

        Assert.Equal(11, frames.Count);
        Assert.Equal(ExpectedPayload(10_001), frames.SelectMany(f => f[42..]));
        Assert.All(frames, f => Assert.Equal(f.Length - 34, BinaryPrimitives.ReadUInt16BigEndian(f.AsSpan(38))));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(14))));
        WireTruth.AssertFlawless(frames);
    }

    [SkippableFact]
    public void UdpFragments_SuperFrame_ReassemblesToOneTrueDatagram()
    {
        var frames = Cut(
            SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(5000))),
            SuperFrame.Header(VirtioNetHeader.GsoUdpFragments, 1483, 34, 6));

        Assert.Equal([1480, 1480, 1480, 568], frames.Select(f => f.Length - 34));
        for (var i = 0; i < frames.Count; i++)
        {
            Assert.Equal(DropReason.None, IPv4Header.Parse(frames[i].AsSpan(14), out var ip));
            Assert.Equal((0xfffe, i * 1480, i < 3), (ip.Identification, ip.FragmentOffset, ip.MoreFragments));
            Assert.False(ip.DontFragment);
        }

        Assert.Equal(ExpectedPayload(5000), frames.SelectMany(f => f[34..]).Skip(8));
        var last = WireTruth.Fields(frames, "udp.length", "udp.checksum.status", "_ws.malformed")[^1];
        Assert.Equal(["5008", "1", ""], last);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tcp_InVxlan_CutsInsideOfTheTunnel(bool outerChecksum)
    {
        var inner = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(6000, AllTcpFlags)));
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(inner, outerChecksum), identification: 9));
        var frames = Cut(superFrame, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1398, 34 + 16 + 34, 16));

        Assert.Equal(5, frames.Count);
        Assert.Equal(Enumerable.Range(9, 5), frames.Select(f => (int)IPv4Header.At(f.AsSpan(14)).Identification));
        Assert.All(frames, f => Assert.Equal(f.Length - 34, BinaryPrimitives.ReadUInt16BigEndian(f.AsSpan(38))));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(64))));
        Assert.All(frames, f => Assert.Equal(outerChecksum ? 0xffff : 0, outerChecksum ? WireTruth.NaiveTransportSum(f.AsSpan(14)) : BinaryPrimitives.ReadUInt16BigEndian(f.AsSpan(40))));
        Assert.Equal(ExpectedPayload(6000), frames.SelectMany(f => f[116..]));
        WireTruth.AssertFlawless(frames);
    }

    [SkippableFact]
    public void Udp_InIpip_CutsInsideOfTheTunnel()
    {
        var inner = SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(3000));
        var frames = Cut(
            SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, inner)),
            SuperFrame.Header(VirtioNetHeader.GsoUdpDatagrams, 1400, 54, 6));

        Assert.Equal(3, frames.Count);
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(34))));
        WireTruth.AssertFlawless(frames);
    }

    public static TheoryData<string, VirtioNetHeader, DropReason> BadHeaders => new()
    {
        { "segment size 0", SuperFrame.Header(VirtioNetHeader.GsoTcp4, 0, 34, 16), DropReason.RxOffloadInvalid },
        { "unknown type", SuperFrame.Header(2, 100, 34, 16), DropReason.RxOffloadInvalid },
        { "tunnel bits", SuperFrame.Header(0x21, 100, 34, 16), DropReason.RxOffloadInvalid },
        { "wrong protocol", SuperFrame.Header(VirtioNetHeader.GsoUdpDatagrams, 100, 34, 6), DropReason.RxOffloadInvalid },
        { "wrong protocol for fragments", SuperFrame.Header(VirtioNetHeader.GsoUdpFragments, 100, 34, 6), DropReason.RxOffloadInvalid },
        { "checksum elsewhere", SuperFrame.Header(VirtioNetHeader.GsoTcp4, 100, 36, 16), DropReason.RxOffloadInvalid },
        { "checksum field elsewhere", SuperFrame.Header(VirtioNetHeader.GsoTcp4, 100, 34, 14), DropReason.RxOffloadInvalid },
        { "IPv6", SuperFrame.Header(VirtioNetHeader.GsoTcp6, 100, 34, 16), DropReason.IPv6Unsupported },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void TryCreate_HeaderThatDoesNotFit_IsADrop(string what, VirtioNetHeader header, DropReason reason)
    {
        _ = what;
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(1000, TcpFlags.Ack)));

        Assert.Equal(reason, VirtioSegmentation.TryPlan(superFrame, header, out _));
    }

    [Fact]
    public void TryCreate_EveryTruncation_IsADrop()
    {
        var superFrame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(100, TcpFlags.Ack)));
        for (var length = 0; length < superFrame.Length; length++)
        {
            var reason = VirtioSegmentation.TryPlan(superFrame.AsSpan(0, length), SuperFrame.Header(VirtioNetHeader.GsoTcp4, 10, 34, 16), out _);
            Assert.Equal(DropReason.RxOffloadInvalid, reason);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryCreate_MutatedSuperFrames_AreDroppedOrCutTruly(int seed)
    {
        var random = new Random(seed);
        var inner = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(500, AllTcpFlags)));
        (byte[] Frame, byte Type, int Start, int Offset)[] seeds =
        [
            (inner, VirtioNetHeader.GsoTcp4, 34, 16),
            (SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(500))), VirtioNetHeader.GsoUdpDatagrams, 34, 6),
            (SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(500))), VirtioNetHeader.GsoUdpFragments, 34, 6),
            (SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(inner, true))), VirtioNetHeader.GsoTcp4, 84, 16),
            (SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, inner[14..])), VirtioNetHeader.GsoTcp4, 54, 16),
        ];
        var cut = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (original, type, start, offset) = seeds[round % seeds.Length];
            var frame = original.ToArray();
            for (var n = random.Next(4); n > 0; n--)
                frame[random.Next(Math.Min(100, frame.Length))] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                start = random.Next(frame.Length + 10);
            if (random.Next(8) == 0)
                type = (byte)random.Next(256);
            var header = new VirtioNetHeader((byte)random.Next(4), type, 0, (ushort)random.Next(1, 700), (ushort)start, (ushort)offset);
            var used = frame.AsSpan(0, random.Next(8) == 0 ? random.Next(frame.Length) : frame.Length);
            if (VirtioSegmentation.TryPlan(used, header, out var plan) != DropReason.None)
                continue;
            cut++;
            Assert.InRange(plan.Count, 1, 600);
            for (var i = 0; i < plan.Count; i++)
            {
                var segment = new byte[plan.LengthOf(i)];
                plan.Write(i, used, segment);
                Assert.Equal(DropReason.None, ParseIPv4(segment));
            }
        }

        Assert.InRange(cut, 2000, 19_000);
    }

    private static DropReason ParseIPv4(byte[] frame)
    {
        Assert.True(FrameLayers.TryFindIPv4(frame, out var offset));
        var reason = IPv4Header.Parse(frame.AsSpan(offset), out var ip);
        if (reason == DropReason.None && ip.Protocol == IpProtocol.Tcp && !ip.IsFragment)
            Assert.Equal(0xffff, WireTruth.NaiveTransportSum(ip.Packet));
        return reason;
    }
}
