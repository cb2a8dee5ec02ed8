using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class EthernetHeaderTests
{
    private static readonly byte[] Golden = Hex("00 23 89 8c e8 31  fa 16 3e 02 8b 17  08 00");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        byte[] frame = [.. Golden, 1, 2, 3];

        Assert.Equal(DropReason.None, EthernetHeader.Parse(frame, out var header));

        Assert.Equal("00:23:89:8c:e8:31", header.Destination.ToString());
        Assert.Equal("fa:16:3e:02:8b:17", header.Source.ToString());
        Assert.Equal(EtherType.IPv4, header.Type);
        Assert.Equal([1, 2, 3], header.Payload.ToArray());
    }

    [Fact]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var frame = Prefilled(16);

        EthernetHeader.Write(frame, MacAddress.Parse("00:23:89:8C:E8:31"), MacAddress.Parse("fa:16:3e:02:8b:17"), EtherType.IPv4);

        Assert.Equal([.. Golden, 0xa5, 0xa5], frame);
    }

    [Fact]
    public void Setters_ExistingHeader_ChangeOnlyTheirField()
    {
        byte[] frame = [.. Golden];
        var header = EthernetHeader.At(frame);

        header.Source = MacAddress.WorkloadGateway;
        header.Type = EtherType.Arp;
        header.Destination = MacAddress.Broadcast;

        Assert.Equal(Hex("ff ff ff ff ff ff  ee ee ee ee ee ee  08 06"), frame);
    }

    [Fact]
    public void Parse_EveryTruncation_IsEthernetTruncated()
    {
        for (var length = 0; length < Golden.Length; length++)
            Assert.Equal(DropReason.EthernetTruncated, EthernetHeader.Parse(Golden.AsSpan(0, length), out _));
        Assert.Equal(DropReason.None, EthernetHeader.Parse([.. Golden], out _));
    }

    [Theory]
    [InlineData(0x0000, DropReason.EthernetLengthField)]
    [InlineData(0x0026, DropReason.EthernetLengthField)]
    [InlineData(0x05ff, DropReason.EthernetLengthField)]
    [InlineData(0x0600, DropReason.None)]
    [InlineData(0x8100, DropReason.None)]
    public void Parse_TypeField_BelowMinimumIsLength(int type, DropReason expected)
    {
        byte[] frame = [.. Golden];
        frame[12] = (byte)(type >> 8);
        frame[13] = (byte)type;

        Assert.Equal(expected, EthernetHeader.Parse(frame, out _));
    }
}
