using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

public class IPv4PrefixTests
{
    [Theory]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.168.187.211/26", "192.168.187.192/26")]
    [InlineData("192.168.187.211/32", "192.168.187.211/32")]
    [InlineData("255.255.255.255/1", "128.0.0.0/1")]
    public void Parse_Text_ClearsHostBits(string text, string printed) => Assert.Equal(printed, IPv4Prefix.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/008")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.0/8/8")]
    public void Parse_OtherText_IsRefused(string text)
    {
        Assert.False(IPv4Prefix.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IPv4Prefix.Parse(text));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(33)]
    public void Constructor_LengthOutOfRange_Throws(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Prefix(default, length));

    [Fact]
    public void MaskOf_EveryLength_HasThatManyLeadingOnes()
    {
        for (var length = 0; length <= 32; length++)
        {
            Assert.Equal(length, System.Numerics.BitOperations.PopCount(IPv4Prefix.MaskOf(length)));
            Assert.Equal(length, System.Numerics.BitOperations.LeadingZeroCount(~IPv4Prefix.MaskOf(length)));
        }
    }

    [Fact]
    public void Contains_RandomAddresses_AgreesWithShifts()
    {
        var random = new Random(31);
        for (var round = 0; round < 20_000; round++)
        {
            var prefix = new IPv4Prefix(new IPv4Address((uint)random.NextInt64(1L << 32)), random.Next(33));
            var address = new IPv4Address(prefix.Network.Value ^ (uint)(random.NextInt64(1L << 32) >> random.Next(33)));
            var shift = 32 - prefix.Length;

            Assert.Equal((ulong)address.Value >> shift == (ulong)prefix.Network.Value >> shift, prefix.Contains(address));
        }
    }

    [Fact]
    public void Contains_FirstAndLast_ButNotTheirNeighbors()
    {
        var block = IPv4Prefix.Parse("192.168.121.0/26");

        Assert.Equal("192.168.121.63", block.Last.ToString());
        Assert.True(block.Contains(block.Network));
        Assert.True(block.Contains(block.Last));
        Assert.False(block.Contains(IPv4Address.Parse("192.168.121.64")));
        Assert.False(block.Contains(IPv4Address.Parse("192.168.120.255")));
        Assert.True(IPv4Prefix.Default.Contains(IPv4Address.LimitedBroadcast));
        Assert.Equal(IPv4Address.LimitedBroadcast, IPv4Prefix.Default.Last);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true, false, true)]
    [InlineData("10.1.0.0/16", "10.0.0.0/8", false, true, true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true, true, true)]
    [InlineData("10.0.0.0/16", "10.1.0.0/16", false, false, false)]
    [InlineData("0.0.0.0/0", "10.1.0.0/16", true, false, true)]
    public void ContainsAndOverlaps_TwoPrefixes_FollowNesting(string left, string right, bool contains, bool contained, bool overlaps)
    {
        var (first, second) = (IPv4Prefix.Parse(left), IPv4Prefix.Parse(right));

        Assert.Equal(contains, first.Contains(second));
        Assert.Equal(contained, second.Contains(first));
        Assert.Equal(overlaps, first.Overlaps(second));
        Assert.Equal(overlaps, second.Overlaps(first));
    }

    [Fact]
    public void CompareTo_Prefixes_OrdersByNetworkThenLength()
    {
        string[] expected = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "200.0.0.0/8"];

        var sorted = expected.Reverse().Select(text => IPv4Prefix.Parse(text)).Order().Select(prefix => prefix.ToString());

        Assert.Equal(expected, sorted);
        Assert.True(IPv4Prefix.Parse("10.0.0.0/8") < IPv4Prefix.Parse("10.0.0.0/16"));
        Assert.True(IPv4Prefix.Parse("10.0.0.0/8") == IPv4Prefix.Parse("10.9.9.9/8"));
        Assert.Equal(IPv4Prefix.Parse("10.0.0.0/8").GetHashCode(), IPv4Prefix.Parse("10.9.9.9/8").GetHashCode());
        Assert.Equal("10.0.0.1/32", IPv4Prefix.Host(IPv4Address.Parse("10.0.0.1")).ToString());
    }
}
