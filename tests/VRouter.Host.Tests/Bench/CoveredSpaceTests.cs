using VRouter.Core.Tables;
using VRouter.Host.Bench;

namespace VRouter.Host.Tests.Bench;

public sealed class CoveredSpaceTests
{
    [Theory]
    [InlineData("0.0.0.0/0", "", 1L << 32)]
    [InlineData("10.0.0.0/8 10.1.0.0/16 11.0.0.0/8", "", 1L << 25)]
    [InlineData("10.0.0.0/24 10.0.0.0/24 10.0.2.0/24", "", 512)]
    [InlineData("10.0.0.0/24", "10.0.0.0/25", 128)]
    [InlineData("10.0.0.0/24", "10.0.0.64/26 10.0.0.255/32", 191)]
    [InlineData("10.0.0.0/24 255.255.255.0/24", "10.0.0.0/23 224.0.0.0/3", 0)]
    [InlineData("", "", 0)]
    public void Count_OfPrefixes_CountsEachAddressOnce(string prefixes, string without, long count) =>
        Assert.Equal(count, new CoveredSpace(Parse(prefixes), Parse(without)).Count);

    [Fact]
    public void Draw_ManyTimes_ReachesEveryAddressAndNoOther()
    {
        var space = new CoveredSpace(Parse("192.0.2.4/30 192.0.2.16/31 192.0.2.5/32"), Parse("192.0.2.6/32"));
        var random = new Random(1);
        var drawn = Enumerable.Range(0, 1000).Select(_ => space.Draw(random) & 0xff).Distinct().Order();
        Assert.Equal([4u, 5u, 7u, 16u, 17u], drawn);
    }

    private static IPv4Prefix[] Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => IPv4Prefix.Parse(one))];
}
