using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class IPv4HeaderTests
{
    // A header as printed in textbooks: UDP 192.168.0.1 -> 192.168.0.199, DF, TTL 64.
    private static readonly byte[] Golden = Hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        byte[] packet = [.. Golden, .. new byte[0x73 - 20], 0xee, 0xee];
        packet[20] = 7;

        Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out var header));

        Assert.Equal(4, header.Version);
        Assert.Equal(20, header.HeaderLength);
        Assert.Equal(0, header.TosEcn);
        Assert.Equal(0x73, header.TotalLength);
        Assert.Equal(0, header.Identification);
        Assert.True(header.DontFragment);
        Assert.False(header.MoreFragments);
        Assert.False(header.IsFragment);
        Assert.False(header.IsLaterFragment);
        Assert.Equal(0, header.FragmentOffset);
        Assert.Equal(64, header.Ttl);
        Assert.Equal(IpProtocol.Udp, header.Protocol);
        Assert.Equal(0xb861, header.Checksum);
        Assert.Equal("192.168.0.1", header.Source.ToString());
        Assert.Equal("192.168.0.199", header.Destination.ToString());
        Assert.True(header.Options.IsEmpty);
        Assert.Equal(20, header.Bytes.Length);
        Assert.Equal(0x73, header.Packet.Length);
        Assert.Equal(0x73 - 20, header.Payload.Length);
        Assert.Equal(7, header.Payload[0]);
    }

    [Fact]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var packet = Prefilled(22);

        IPv4Header.Write(
            packet, 0x73, IpProtocol.Udp, IPv4Address.Parse("192.168.0.1"), IPv4Address.Parse("192.168.0.199"), dontFragment: true);

        Assert.Equal([.. Golden, 0xa5, 0xa5], packet);
    }

    [Fact]
    public void Write_AllArguments_ReadBack()
    {
        var packet = Prefilled(100);
        IPv4Header.Write(packet, 100, IpProtocol.IPv4, new IPv4Address(1), new IPv4Address(2), ttl: 7, tosEcn: 0xb9, identification: 0xbeef);

        Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out var header));

        Assert.Equal(100, header.TotalLength);
        Assert.Equal(IpProtocol.IPv4, header.Protocol);
        Assert.Equal(7, header.Ttl);
        Assert.Equal(0xb9, header.TosEcn);
        Assert.Equal(0x2e, header.Dscp);
        Assert.Equal(Ecn.Ect1, header.EcnBits);
        Assert.Equal(0xbeef, header.Identification);
        Assert.False(header.DontFragment);
    }

    [Fact]
    public void Parse_Options_AreExposedAndPartOfTheChecksum()
    {
        byte[] packet = [.. Golden, 0x94, 0x04, 0, 0, 1, 2, 3, 4]; // router alert (RFC 2113)
        packet[0] = 0x46;
        packet[2] = 0;
        packet[3] = 28;
        IPv4Header.At(packet).UpdateChecksum();

        Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out var header));
        Assert.Equal(Hex("94040000"), header.Options.ToArray());
        Assert.Equal([1, 2, 3, 4], header.Payload.ToArray());

        header.Options[1] ^= 1;
        Assert.Equal(DropReason.IPv4Checksum, IPv4Header.Parse(packet, out _));
    }

    [Theory]
    [InlineData(0, 0x65, DropReason.IPv4Version)]
    [InlineData(0, 0x05, DropReason.IPv4Version)]
    [InlineData(0, 0x44, DropReason.IPv4HeaderLength)]
    [InlineData(0, 0x40, DropReason.IPv4HeaderLength)]
    [InlineData(0, 0x46, DropReason.IPv4HeaderLength)] // a header longer than the packet
    [InlineData(3, 19, DropReason.IPv4TotalLength)]
    [InlineData(3, 0, DropReason.IPv4TotalLength)]
    [InlineData(3, 21, DropReason.IPv4TotalLength)] // more than is there
    [InlineData(2, 0xff, DropReason.IPv4TotalLength)]
    [InlineData(8, 63, DropReason.IPv4Checksum)]
    [InlineData(10, 0, DropReason.IPv4Checksum)]
    [InlineData(15, 2, DropReason.IPv4Checksum)]
    public void Parse_OneWrongByte_GivesTheReason(int position, byte value, DropReason expected)
    {
        var packet = new byte[20];
        IPv4Header.Write(packet, 20, IpProtocol.Udp, IPv4Address.Parse("192.168.0.1"), IPv4Address.Parse("192.168.0.199"));
        Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out _));
        packet[position] = value;

        Assert.Equal(expected, IPv4Header.Parse(packet, out _));
    }

    [Fact]
    public void Parse_EveryTruncation_NeverThrowsAndNeverAccepts()
    {
        var packet = new byte[60];
        IPv4Header.Write(packet, 60, IpProtocol.Tcp, new IPv4Address(0x0a000001), new IPv4Address(0x0a000002));
        for (var ihl = 0; ihl < 16; ihl++)
        {
            packet[0] = (byte)(0x40 | ihl);
            if (ihl >= 5)
                IPv4Header.At(packet).UpdateChecksum();
            for (var length = 0; length < packet.Length; length++)
                Assert.NotEqual(DropReason.None, IPv4Header.Parse(packet.AsSpan(0, length).ToArray(), out _));
            Assert.Equal(ihl >= 5, IPv4Header.Parse(packet, out _) == DropReason.None);
        }
    }

    [Fact]
    public void Parse_RandomBytes_AcceptsOnlyWhatSumsToMinusZero()
    {
        var random = new Random(11);
        for (var round = 0; round < 200_000; round++)
        {
            var packet = new byte[random.Next(64)];
            random.NextBytes(packet);
            if (packet.Length > 3 && round % 2 == 0)
            {
                packet[0] = (byte)(0x40 | (packet[0] & 0xf));
                packet[2] = 0;
            }

            if (IPv4Header.Parse(packet, out var header) == DropReason.None)
                Assert.True(InternetChecksum.IsValid(header.Bytes));
        }
    }

    [Fact]
    public void DecrementTtl_EveryTtlAndChecksum_EqualsComputationFromScratch()
    {
        var packet = new byte[20];
        for (var identification = 0; identification <= 0xffff; identification += 7)
        {
            var ttl = (byte)(1 + (identification % 255));
            var header = IPv4Header.Write(packet, 20, IpProtocol.Tcp, default, default, ttl, identification: (ushort)identification);

            header.DecrementTtl();

            var patched = header.Checksum;
            Assert.Equal(ttl - 1, header.Ttl);
            header.UpdateChecksum();
            Assert.Equal(header.Checksum, patched);
        }
    }

    [Fact]
    public void DecrementTtl_ChecksumThatWrapsToMinusZero_IsStoredAsZero()
    {
        var packet = new byte[20];
        var header = IPv4Header.Write(packet, 20, IpProtocol.Tcp, default, default, ttl: 2);
        header.Identification = (ushort)((header.Checksum + 0xffff - 0xfeff) % 0xffff);
        Assert.Equal(0xfeff, header.Checksum);

        header.DecrementTtl();

        Assert.Equal(0, header.Checksum);
        Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out _));
    }

    [Fact]
    public void Setters_RandomValues_KeepTheChecksumTrue()
    {
        var random = new Random(12);
        for (var round = 0; round < 20_000; round++)
        {
            var packet = new byte[24];
            random.NextBytes(packet);
            packet[0] = 0x46;
            packet[2] = 0;
            packet[3] = 24;
            IPv4Header.At(packet).UpdateChecksum();
            Assert.Equal(DropReason.None, IPv4Header.Parse(packet, out var header));
            var word = (ushort)random.Next(0x10000);
            switch (round % 11)
            {
                case 0: header.TosEcn = (byte)word; Assert.Equal((byte)word, header.TosEcn); break;
                case 1: header.TotalLength = word; Assert.Equal(word, header.TotalLength); break;
                case 2: header.Identification = word; Assert.Equal(word, header.Identification); break;
                case 3: header.DontFragment = (word & 1) != 0; Assert.Equal((word & 1) != 0, header.DontFragment); break;
                case 4: header.MoreFragments = (word & 1) != 0; Assert.Equal((word & 1) != 0, header.MoreFragments); break;
                case 5: header.FragmentOffset = word & 0xfff8; Assert.Equal(word & 0xfff8, header.FragmentOffset); break;
                case 6: header.Ttl = (byte)word; Assert.Equal((byte)word, header.Ttl); break;
                case 7: header.Protocol = (byte)word; Assert.Equal((byte)word, header.Protocol); break;
                case 8: header.Source = new IPv4Address((uint)word << 9); Assert.Equal((uint)word << 9, header.Source.Value); break;
                case 9: header.Destination = new IPv4Address((uint)word << 11); Assert.Equal((uint)word << 11, header.Destination.Value); break;
                default: header.EcnBits = (byte)(word & 3); Assert.Equal(word & 3, header.EcnBits); break;
            }

            var patched = header.Checksum;
            header.UpdateChecksum();
            Assert.Equal(header.Checksum, patched);
        }
    }

    [Fact]
    public void EcnBitsAndDscp_Set_LeaveEachOtherAlone()
    {
        var packet = new byte[20];
        var header = IPv4Header.Write(packet, 20, IpProtocol.Tcp, default, default, tosEcn: 0xb8);

        header.EcnBits = Ecn.Ce;
        Assert.Equal(0xbb, header.TosEcn);
        header.Dscp = 0x0a;
        Assert.Equal(0x2b, header.TosEcn);
    }

    [Fact]
    public void FragmentFields_LaterFragment_ReadInBytes()
    {
        var packet = new byte[20];
        var header = IPv4Header.Write(packet, 20, IpProtocol.Udp, default, default);
        Assert.False(header.IsFragment);
        header.MoreFragments = true;
        Assert.True(header.IsFragment);
        Assert.False(header.IsLaterFragment);

        header.FragmentOffset = 1480;

        Assert.Equal(1480, header.FragmentOffset);
        Assert.True(header.MoreFragments);
        Assert.True(header.IsLaterFragment);
        Assert.Equal(Hex("20b9"), packet[6..8]);
        header.MoreFragments = false;
        Assert.True(header.IsFragment);
    }

    [Fact]
    public void ParseQuoted_PayloadCutOff_IsAcceptedButAHeaderCutOffIsNot()
    {
        byte[] quote = [.. Golden, 1, 2, 3, 4, 5, 6, 7, 8];

        Assert.Equal(DropReason.None, IPv4Header.ParseQuoted(quote, out var header));
        Assert.Equal(0x73, header.TotalLength);
        for (var length = 0; length < 20; length++)
            Assert.Equal(DropReason.IPv4Truncated, IPv4Header.ParseQuoted(quote.AsSpan(0, length), out _));
        quote[0] = 0x4f;
        Assert.Equal(DropReason.IPv4Truncated, IPv4Header.ParseQuoted(quote, out _));
        quote[0] = 0x44;
        Assert.Equal(DropReason.IPv4HeaderLength, IPv4Header.ParseQuoted(quote, out _));
        quote[0] = 0x65;
        Assert.Equal(DropReason.IPv4Version, IPv4Header.ParseQuoted(quote, out _));
    }
}
