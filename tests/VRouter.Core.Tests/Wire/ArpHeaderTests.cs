using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class ArpHeaderTests
{
    private static readonly byte[] Golden = Hex("0001 0800 06 04 0002  eeeeeeeeeeee a9fe0101  3a1d1e91f59e c0a8bbd3");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        Assert.Equal(DropReason.None, ArpHeader.Parse([.. Golden], out var header));

        Assert.Equal(ArpOperation.Reply, header.Operation);
        Assert.Equal(MacAddress.WorkloadGateway, header.SenderMac);
        Assert.Equal(IPv4Address.WorkloadGateway, header.SenderAddress);
        Assert.Equal(MacAddress.Parse("3a:1d:1e:91:f5:9e"), header.TargetMac);
        Assert.Equal(IPv4Address.Parse("192.168.187.211"), header.TargetAddress);
    }

    [Fact]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var packet = Prefilled(30);

        ArpHeader.Write(
            packet,
            ArpOperation.Reply,
            MacAddress.WorkloadGateway,
            IPv4Address.WorkloadGateway,
            MacAddress.Parse("3a:1d:1e:91:f5:9e"),
            IPv4Address.Parse("192.168.187.211"));

        Assert.Equal([.. Golden, 0xa5, 0xa5], packet);
    }

    [Fact]
    public void Parse_EveryTruncation_IsArpTruncated()
    {
        for (var length = 0; length < Golden.Length; length++)
            Assert.Equal(DropReason.ArpTruncated, ArpHeader.Parse(Golden.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(0, 0x01)] // hardware type 0x0101
    [InlineData(1, 0x06)] // IEEE 802
    [InlineData(2, 0x86)] // protocol 0x8600
    [InlineData(3, 0x06)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(7, 0)] // operation 0
    [InlineData(7, 3)] // RARP request
    [InlineData(6, 1)] // operation 0x0102
    public void Parse_OtherThanIPv4OverEthernet_IsArpUnsupported(int position, byte value)
    {
        byte[] packet = [.. Golden];
        packet[position] = value;

        Assert.Equal(DropReason.ArpUnsupported, ArpHeader.Parse(packet, out _));
    }
}
