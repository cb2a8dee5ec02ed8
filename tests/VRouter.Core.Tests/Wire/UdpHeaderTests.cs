using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class UdpHeaderTests
{
    private static readonly IPv4Address Source = IPv4Address.Parse("172.16.6.47");
    private static readonly IPv4Address Destination = IPv4Address.Parse("172.16.199.114");

    // The pseudo-header is ac10062f ac10c772 0011 000c.
    private static readonly byte[] Golden = Hex("c001 12b5 000c 7df3 6869 2100");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        byte[] datagram = [.. Golden, 9];

        Assert.Equal(DropReason.None, UdpHeader.Parse(datagram, out var header));

        Assert.Equal(0xc001, header.SourcePort);
        Assert.Equal(VxlanHeader.AssignedPort, header.DestinationPort);
        Assert.Equal(12, header.Length);
        Assert.Equal(Hex("68692100"), header.Payload.ToArray());
        Assert.Equal(0x7df3, header.Checksum);
        Assert.True(header.HasTrueChecksum(Source, Destination));
    }

    [Fact]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var datagram = Prefilled(14);
        Hex("68692100").CopyTo(datagram, 8);

        UdpHeader.Write(datagram, 0xc001, VxlanHeader.AssignedPort, 12).UpdateChecksum(Source, Destination);

        Assert.Equal([.. Golden, 0xa5, 0xa5], datagram);
    }

    [Fact]
    public void Parse_EveryTruncation_IsTruncatedOrLength()
    {
        for (var length = 0; length < Golden.Length; length++)
            Assert.Equal(length < 8 ? DropReason.UdpTruncated : DropReason.UdpLength, UdpHeader.Parse(Golden.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(0, DropReason.UdpLength)]
    [InlineData(7, DropReason.UdpLength)]
    [InlineData(8, DropReason.None)]
    [InlineData(12, DropReason.None)]
    [InlineData(13, DropReason.UdpLength)]
    [InlineData(65535, DropReason.UdpLength)]
    public void Parse_LengthField_MustFit(int length, DropReason expected)
    {
        byte[] datagram = [.. Golden];
        UdpHeader.At(datagram).Length = (ushort)length;

        Assert.Equal(expected, UdpHeader.Parse(datagram, out _));
    }

    [Fact]
    public void HasTrueChecksum_NoneFalseOrOtherAddress_IsToldApart()
    {
        byte[] datagram = [.. Golden];
        var header = UdpHeader.At(datagram);

        Assert.False(header.HasTrueChecksum(Source, Source));
        header.Checksum++;
        Assert.False(header.HasTrueChecksum(Source, Destination));
        header.Checksum = 0;
        Assert.True(header.HasTrueChecksum(Source, Destination));
    }

    [Fact]
    public void UpdateChecksum_SumThatComplementsToZero_IsAllOnes()
    {
        byte[] datagram = [.. Golden];
        var header = UdpHeader.At(datagram);
        header.Checksum = 0;
        datagram[8] = 0;
        datagram[9] = 0;
        header.UpdateChecksum(Source, Destination);
        datagram[8] = (byte)(header.Checksum >> 8);
        datagram[9] = (byte)header.Checksum;

        header.UpdateChecksum(Source, Destination);

        Assert.Equal(0xffff, header.Checksum);
        Assert.True(header.HasTrueChecksum(Source, Destination));
    }
}
