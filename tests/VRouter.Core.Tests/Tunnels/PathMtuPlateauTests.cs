using VRouter.Core.Tunnels;

namespace VRouter.Core.Tests.Tunnels;

public class PathMtuPlateauTests
{
    [Theory]
    [InlineData(65535, 32000)]
    [InlineData(1500, 1492)]
    [InlineData(1492, 1006)]
    [InlineData(69, 68)]
    [InlineData(68, 68)]
    [InlineData(0, 68)]
    [Rfc("1191-3-old-style")]
    public void Below_TotalLength_IsTheNextPlateau(int totalLength, int expected) =>
        Assert.Equal(expected, PathMtuPlateau.Below(totalLength));
}
