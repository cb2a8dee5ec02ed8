using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Wire;

public class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0", 0u)]
    [InlineData("10.0.0.1", 0x0a000001u)]
    [InlineData("255.255.255.255", 0xffffffffu)]
    public void IPv4Address_DottedForm_ReadsAndPrints(string text, uint value)
    {
        Assert.True(IPv4Address.TryParse(text, out var address));
        Assert.Equal(value, address.Value);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2.3.")]
    [InlineData("1..2.3")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("+1.2.3.4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1.2.3.1000")]
    public void IPv4Address_OtherText_IsRefused(string text)
    {
        Assert.False(IPv4Address.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IPv4Address.Parse(text));
    }

    [Fact]
    public void IPv4Address_Classes_AreTold()
    {
        Assert.True(IPv4Address.Parse("224.0.0.1").IsMulticast);
        Assert.True(IPv4Address.Parse("239.255.255.255").IsMulticast);
        Assert.False(IPv4Address.Parse("240.0.0.0").IsMulticast);
        Assert.True(IPv4Address.Parse("240.0.0.0").IsClassE);
        Assert.True(IPv4Address.LimitedBroadcast.IsClassE);
        Assert.True(IPv4Address.Parse("127.1.2.3").IsLoopback);
        Assert.True(IPv4Address.Parse("0.1.2.3").IsThisNetwork);
        Assert.True(IPv4Address.Parse("10.0.0.2") > IPv4Address.Parse("10.0.0.1"));
        Assert.True(IPv4Address.Parse("200.0.0.0") >= IPv4Address.Parse("100.0.0.0"));
    }

    [Theory]
    [InlineData("ee:ee:ee:ee:ee:ee", "ee:ee:ee:ee:ee:ee")]
    [InlineData("00-23-89-8C-E8-31", "00:23:89:8c:e8:31")]
    [InlineData("0:1:2:3:4:5", "00:01:02:03:04:05")]
    public void MacAddress_Text_ReadsAndPrints(string text, string printed)
    {
        Assert.Equal(printed, MacAddress.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ee:ee:ee:ee:ee")]
    [InlineData("ee:ee:ee:ee:ee:ee:ee")]
    [InlineData("ee:ee:ee:ee:ee:gg")]
    [InlineData("ee:ee:ee:ee:ee:eee")]
    [InlineData("eeeeeeeeeeee")]
    public void MacAddress_OtherText_IsRefused(string text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => MacAddress.Parse(text));
    }

    [Fact]
    public void MacAddress_WriteThenRead_IsTheSame()
    {
        var address = MacAddress.Parse("3a:1d:1e:91:f5:9e");
        var bytes = WireBytes.Prefilled(7);

        address.Write(bytes);

        Assert.Equal([0x3a, 0x1d, 0x1e, 0x91, 0xf5, 0x9e, 0xa5], bytes);
        Assert.Equal(address, MacAddress.Read(bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => MacAddress.Read(new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => address.Write(new byte[5]));
    }

    [Fact]
    public void MacAddress_GroupBit_IsTold()
    {
        Assert.True(MacAddress.Broadcast.IsMulticast);
        Assert.True(MacAddress.Parse("01:00:5e:00:00:01").IsMulticast);
        Assert.False(MacAddress.WorkloadGateway.IsMulticast);
        Assert.False(MacAddress.Parse("01:00:5e:00:00:01").IsBroadcast);
        Assert.True(MacAddress.Zero.IsZero);
    }

    [Fact]
    public void BigEndianFields_Values_StandInNetworkOrder()
    {
        var two = UInt16BE.From(0x1234);
        var four = UInt32BE.From(0x12345678);

        Assert.Equal(0x1234, two.Value);
        Assert.Equal(0x12345678u, four.Value);
        Assert.Equal([0x12, 0x34], System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<UInt16BE>(ref two)).ToArray());
        Assert.Equal(
            [0x12, 0x34, 0x56, 0x78], System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<UInt32BE>(ref four)).ToArray());
    }
}
