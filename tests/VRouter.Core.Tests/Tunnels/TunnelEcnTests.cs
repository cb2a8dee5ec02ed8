using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tunnels;

public class TunnelEcnTests
{
    // RFC 6040 §4.2, figure 4.
    [Theory]
    [InlineData(Ecn.NotEct, Ecn.NotEct, Ecn.NotEct)]
    [InlineData(Ecn.NotEct, Ecn.Ect0, Ecn.NotEct)]
    [InlineData(Ecn.NotEct, Ecn.Ect1, Ecn.NotEct)]
    [InlineData(Ecn.NotEct, Ecn.Ce, TunnelEcn.Drop)]
    [InlineData(Ecn.Ect0, Ecn.NotEct, Ecn.Ect0)]
    [InlineData(Ecn.Ect0, Ecn.Ect0, Ecn.Ect0)]
    [InlineData(Ecn.Ect0, Ecn.Ect1, Ecn.Ect1)]
    [InlineData(Ecn.Ect0, Ecn.Ce, Ecn.Ce)]
    [InlineData(Ecn.Ect1, Ecn.NotEct, Ecn.Ect1)]
    [InlineData(Ecn.Ect1, Ecn.Ect0, Ecn.Ect1)]
    [InlineData(Ecn.Ect1, Ecn.Ect1, Ecn.Ect1)]
    [InlineData(Ecn.Ect1, Ecn.Ce, Ecn.Ce)]
    [InlineData(Ecn.Ce, Ecn.NotEct, Ecn.Ce)]
    [InlineData(Ecn.Ce, Ecn.Ect0, Ecn.Ce)]
    [InlineData(Ecn.Ce, Ecn.Ect1, Ecn.Ce)]
    [InlineData(Ecn.Ce, Ecn.Ce, Ecn.Ce)]
    [Rfc("6040-4.2-table")]
    [Rfc("6040-4.2-severest")]
    public void Decapsulate_EachPair_IsAsFigure4(byte inner, byte outer, byte expected) =>
        Assert.Equal(expected, TunnelEcn.Decapsulate(inner, outer));

    [Theory]
    [InlineData(Ecn.NotEct)]
    [InlineData(Ecn.Ect0)]
    [InlineData(Ecn.Ect1)]
    [InlineData(Ecn.Ce)]
    [Rfc("6040-4.1-normal")]
    [Rfc("6040-4.3-switched-off")]
    public void Encapsulate_EachCodepoint_IsCopied(byte inner)
    {
        Assert.Equal(inner, TunnelEcn.Encapsulate(inner));
        Assert.Equal(inner, TunnelEcn.Encapsulate((byte)(0xb8 | inner)));
    }
}
