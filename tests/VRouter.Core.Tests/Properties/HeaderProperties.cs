using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>Header views: what is written is read again, and any bytes at all get the verdict of a slow reader.</summary>
public sealed class HeaderProperties(ITestOutputHelper output) : PropertyTests(output)
{
    // Any fields: the numbers that a header is written from.
    private sealed record Fields(uint A, uint B, ulong C, ulong D, ushort E, ushort F, byte G, byte H, bool I);

    [Property(Cases = 5_000)]
    public void Write_AnyFields_ReadsTheSameAndSetsEveryBit() => Check(
        random => new Fields(
            (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32), (ulong)random.NextInt64(1L << 48), (ulong)random.NextInt64(1L << 48),
            (ushort)random.Next(0x10000), (ushort)random.Next(0x10000), (byte)random.Next(256), (byte)random.Next(256), random.Next(2) == 0),
        fields => new Fields[]
        {
            fields with { A = 0 }, fields with { B = 0 }, fields with { C = 0 }, fields with { D = 0 }, fields with { E = 0 }, fields with { F = 0 },
            fields with { G = 0 }, fields with { H = 0 }, fields with { I = false },
        }.Where(simpler => simpler != fields),
        fields =>
        {
            WriteIPv4(fields);
            WriteEthernet(fields);
            WriteArp(fields);
            WriteTransport(fields);
            WriteVxlan(fields);
        },
        fields => fields.ToString());

    [Property(Cases = 20_000)]
    [Rfc("1812-4.2.2.5-verify", "1812-5.2.2-length", "1812-5.2.2-checksum", "1812-5.2.2-version", "1812-5.2.2-header-length", "1812-5.2.2-total-length")]
    public void Parse_AnyBytes_SaysWhatTheSlowReaderSays() => Check(
        MakeBytes,
        Shrinks.Bytes,
        bytes =>
        {
            Assert.Equal(NaiveParser.Ethernet(bytes), EthernetHeader.Parse(bytes, out var ethernet));
            Assert.Equal(NaiveParser.Arp(bytes), ArpHeader.Parse(bytes, out _));
            var reason = IPv4Header.Parse(bytes, out var ip);
            Assert.Equal(NaiveParser.IPv4(bytes), reason);
            if (reason == DropReason.None)
                AssertSame(NaivePacket.Read(bytes)!, ip);
            Assert.Equal(NaiveParser.Udp(bytes), UdpHeader.Parse(bytes, out _));
            Assert.Equal(NaiveParser.Tcp(bytes), TcpHeader.Parse(bytes, out _));
            Assert.Equal(NaiveParser.Icmp(bytes), IcmpHeader.Parse(bytes, out _));
            Assert.Equal(NaiveParser.Vxlan(bytes), VxlanHeader.Parse(bytes, out _));
        },
        Convert.ToHexString);

    private static void AssertSame(NaivePacket expected, IPv4Header header)
    {
        Assert.Equal(expected.TosEcn, header.TosEcn);
        Assert.Equal(expected.Identification, header.Identification);
        Assert.Equal(expected.DontFragment, header.DontFragment);
        Assert.Equal(expected.MoreFragments, header.MoreFragments);
        Assert.Equal(expected.OffsetUnits * 8, header.FragmentOffset);
        Assert.Equal(expected.MoreFragments || expected.OffsetUnits > 0, header.IsFragment);
        Assert.Equal(expected.OffsetUnits > 0, header.IsLaterFragment);
        Assert.Equal(expected.Ttl, header.Ttl);
        Assert.Equal(expected.Protocol, header.Protocol);
        Assert.Equal(expected.Source, header.Source.Value);
        Assert.Equal(expected.Destination, header.Destination.Value);
        Assert.True(header.Options.SequenceEqual(expected.Options));
        Assert.True(header.Payload.SequenceEqual(expected.Payload));
        Assert.Equal(expected.TotalLength, header.Packet.Length);
    }

    private static void WriteIPv4(Fields fields)
    {
        var expected = new NaivePacket
        {
            TosEcn = fields.G, Identification = fields.E, DontFragment = fields.I, Ttl = fields.H, Protocol = (byte)fields.F, Source = fields.A, Destination = fields.B,
        };
        var bytes = Prefilled(20);
        IPv4Header.Write(
            bytes, 20, (byte)fields.F, new IPv4Address(fields.A), new IPv4Address(fields.B), fields.H, fields.G, fields.E, fields.I);
        Assert.Equal(expected.ToBytes(), bytes);
    }

    private static void WriteEthernet(Fields fields)
    {
        var bytes = Prefilled(14);
        EthernetHeader.Write(bytes, new MacAddress(fields.C), new MacAddress(fields.D), fields.E);
        Assert.Equal($"{fields.C:X12}{fields.D:X12}{fields.E:X4}", Convert.ToHexString(bytes));
        var header = EthernetHeader.At(bytes);
        Assert.Equal((fields.C, fields.D, fields.E), (header.Destination.Bits, header.Source.Bits, header.Type));
    }

    private static void WriteArp(Fields fields)
    {
        var operation = fields.I ? ArpOperation.Request : ArpOperation.Reply;
        var bytes = Prefilled(28);
        ArpHeader.Write(bytes, operation, new MacAddress(fields.C), new IPv4Address(fields.A), new MacAddress(fields.D), new IPv4Address(fields.B));
        Assert.Equal($"000108000604{operation:X4}{fields.C:X12}{fields.A:X8}{fields.D:X12}{fields.B:X8}", Convert.ToHexString(bytes));
        Assert.Equal(DropReason.None, ArpHeader.Parse(bytes, out var header));
        Assert.Equal(
            (fields.C, fields.A, fields.D, fields.B),
            (header.SenderMac.Bits, header.SenderAddress.Value, header.TargetMac.Bits, header.TargetAddress.Value));
    }

    private static void WriteTransport(Fields fields)
    {
        var (source, destination) = (new IPv4Address(fields.A), new IPv4Address(fields.B));
        var pseudo = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(pseudo, fields.A);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo.AsSpan(4), fields.B);

        var udp = Prefilled(8 + fields.G);
        UdpHeader.Write(udp, fields.E, fields.F, (ushort)udp.Length).UpdateChecksum(source, destination);
        (pseudo[9], pseudo[10], pseudo[11]) = (17, (byte)(udp.Length >> 8), (byte)udp.Length);
        Assert.Equal(0xffff, NaiveChecksum.Sum([.. pseudo, .. udp]));
        Assert.NotEqual("0000", Convert.ToHexString(udp)[12..16]);
        Assert.Equal($"{fields.E:X4}{fields.F:X4}{udp.Length:X4}", Convert.ToHexString(udp)[..12]);
        Assert.Equal(DropReason.None, UdpHeader.Parse(udp, out var datagram));
        Assert.True(datagram.HasTrueChecksum(source, destination));

        var tcp = Prefilled(20 + fields.G);
        TcpHeader.Write(tcp, fields.E, fields.F, fields.A, fields.B, (TcpFlags)fields.H, fields.F).UpdateChecksum(source, destination);
        (pseudo[9], pseudo[10], pseudo[11]) = (6, (byte)(tcp.Length >> 8), (byte)tcp.Length);
        Assert.Equal(0xffff, NaiveChecksum.Sum([.. pseudo, .. tcp]));
        Assert.Equal($"{fields.E:X4}{fields.F:X4}{fields.A:X8}{fields.B:X8}50{fields.H:X2}{fields.F:X4}", Convert.ToHexString(tcp)[..32]);
        Assert.Equal(DropReason.None, TcpHeader.Parse(tcp, out var segment));
        Assert.True(segment.HasTrueChecksum(source, destination));

        var icmp = Prefilled(8 + fields.G);
        IcmpHeader.Write(icmp, fields.G, fields.H, fields.A);
        Assert.Equal($"{fields.G:X2}{fields.H:X2}", Convert.ToHexString(icmp)[..4]);
        Assert.Equal($"{fields.A:X8}", Convert.ToHexString(icmp)[8..16]);
        Assert.Equal(DropReason.None, IcmpHeader.Parse(icmp, out _));
    }

    private static void WriteVxlan(Fields fields)
    {
        var bytes = Prefilled(8);
        VxlanHeader.Write(bytes, fields.A);
        Assert.Equal($"08000000{fields.A & 0xff_ffff:X6}00", Convert.ToHexString(bytes));
        Assert.Equal(DropReason.None, VxlanHeader.Parse(bytes, out var header));
        Assert.Equal((fields.A & 0xff_ffff, true, true), (header.Vni, header.HasVni, header.ReservedAreZero));
    }

    // Noise, and things that are nearly right, so that each check is reached.
    private static byte[] MakeBytes(Random random)
    {
        var bytes = random.Next(4) switch
        {
            0 => Noise(random),
            1 => ArpLike(random),
            2 => WithTrueSum(Noise(random)),
            _ => NaivePacket.Make(random, (uint)random.Next(), (uint)random.Next(), 120).ToBytes(),
        };
        if (bytes.Length > 0 && random.Next(2) == 0)
            bytes[random.Next(Math.Min(bytes.Length, 24))] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            bytes = bytes[..random.Next(bytes.Length + 1)];
        return random.Next(4) == 0 ? [.. bytes, .. new byte[random.Next(50)]] : bytes;
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(70)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] ArpLike(Random random)
    {
        var bytes = Prefilled(28);
        byte[] start = [0, 1, 8, 0, 6, 4, 0, (byte)random.Next(4)];
        start.CopyTo(bytes, 0);
        return bytes;
    }

    private static byte[] WithTrueSum(byte[] bytes)
    {
        if (bytes.Length < 4)
            return bytes;
        (bytes[2], bytes[3]) = (0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), NaiveChecksum.Of(bytes));
        return bytes;
    }

    private static byte[] Prefilled(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)0xa5);
        return bytes;
    }
}
