using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class VxlanHeaderTests
{
    private static readonly byte[] Golden = Hex("08 000000 001000 00");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        byte[] bytes = [.. Golden, 1, 2];

        Assert.Equal(DropReason.None, VxlanHeader.Parse(bytes, out var header));

        Assert.Equal(VxlanHeader.VniFlag, header.Flags);
        Assert.True(header.HasVni);
        Assert.Equal(4096u, header.Vni);
        Assert.Equal(0u, header.Reserved1);
        Assert.Equal(0, header.Reserved2);
        Assert.True(header.ReservedAreZero);
        Assert.Equal([1, 2], header.Payload.ToArray());
    }

    [Fact]
    [Rfc("7348-5-vni-flag")]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var bytes = Prefilled(10);

        VxlanHeader.Write(bytes, 4096);

        Assert.Equal([.. Golden, 0xa5, 0xa5], bytes);
        VxlanHeader.Write(bytes, VxlanHeader.MaximumVni);
        Assert.Equal(VxlanHeader.MaximumVni, VxlanHeader.At(bytes).Vni);
    }

    [Fact]
    public void Parse_EveryTruncation_IsVxlanTruncated()
    {
        for (var length = 0; length < Golden.Length; length++)
            Assert.Equal(DropReason.VxlanTruncated, VxlanHeader.Parse(Golden.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("08 000000 001000 00", true, true)]
    [InlineData("00 000000 001000 00", false, true)]
    [InlineData("0c 000000 001000 00", true, false)]
    [InlineData("88 000000 001000 00", true, false)]
    [InlineData("08 000001 001000 00", true, false)]
    [InlineData("08 800000 001000 00", true, false)]
    [InlineData("08 000000 001000 01", true, false)]
    [InlineData("08 000000 ffffff 00", true, true)]
    public void ReservedAreZero_EachReservedBit_IsSeen(string hex, bool hasVni, bool zero)
    {
        var header = VxlanHeader.At(Hex(hex));

        Assert.Equal(hasVni, header.HasVni);
        Assert.Equal(zero, header.ReservedAreZero);
    }
}
