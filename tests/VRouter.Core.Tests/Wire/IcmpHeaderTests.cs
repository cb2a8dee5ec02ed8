using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class IcmpHeaderTests
{
    // Fragmentation needed, MTU 1480: 0304 + 05c8 + 4500 is 4dcc, whose complement is b233.
    private static readonly byte[] Golden = Hex("03 04 b233 0000 05c8 4500");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        Assert.Equal(DropReason.None, IcmpHeader.Parse([.. Golden], out var header));

        Assert.Equal(IcmpType.DestinationUnreachable, header.Type);
        Assert.Equal(IcmpUnreachableCode.FragmentationNeeded, header.Code);
        Assert.Equal(0xb233, header.Checksum);
        Assert.Equal(1480u, header.RestOfHeader);
        Assert.Equal(1480, header.NextHopMtu);
        Assert.True(header.IsError);
        Assert.Equal(Hex("4500"), header.Payload.ToArray());
    }

    [Fact]
    [Rfc("792-Message Formats-checksum")]
    public void Write_PrefilledBuffer_SetsEveryBitAndCoversThePayload()
    {
        var message = Prefilled(10);
        Hex("4500").CopyTo(message, 8);

        IcmpHeader.Write(message, IcmpType.DestinationUnreachable, IcmpUnreachableCode.FragmentationNeeded, 1480);

        Assert.Equal(Golden, message);
    }

    [Fact]
    public void Parse_EchoRequest_ReadsIdentifierAndSequence()
    {
        var message = Prefilled(64);
        IcmpHeader.Write(message, IcmpType.EchoRequest, 0, 0x1234_0007);

        Assert.Equal(DropReason.None, IcmpHeader.Parse(message, out var header));
        Assert.Equal(0x1234, header.EchoIdentifier);
        Assert.Equal(7, header.EchoSequence);
        Assert.False(header.IsError);
    }

    [Fact]
    public void Parse_EveryTruncation_NeverThrows()
    {
        for (var length = 0; length < 8; length++)
            Assert.Equal(DropReason.IcmpTruncated, IcmpHeader.Parse(Golden.AsSpan(0, length), out _));
        Assert.Equal(DropReason.IcmpChecksum, IcmpHeader.Parse(Golden.AsSpan(0, 8), out _));
    }

    [Fact]
    public void Parse_AnyChangedByte_IsIcmpChecksum()
    {
        for (var i = 0; i < Golden.Length; i++)
        {
            byte[] message = [.. Golden];
            message[i] ^= 0x40;
            Assert.Equal(DropReason.IcmpChecksum, IcmpHeader.Parse(message, out _));
        }
    }

    [Fact]
    public void NextHopMtu_Set_KeepsTheUnusedHalf()
    {
        byte[] message = [.. Golden];
        var header = IcmpHeader.At(message);
        header.RestOfHeader = 0xabcd_0000;

        header.NextHopMtu = 1450;
        header.UpdateChecksum();

        Assert.Equal(0xabcd_05aau, header.RestOfHeader);
        Assert.Equal(DropReason.None, IcmpHeader.Parse(message, out _));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(255, false)]
    public void IsError_Type_IsAsRfc1812Lists(byte type, bool expected) => Assert.Equal(expected, IcmpType.IsError(type));
}
