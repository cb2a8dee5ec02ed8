using VRouter.Core.Graph;
using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class TcpHeaderTests
{
    private static readonly byte[] Golden = Hex("9c40 0050 01020304 0a0b0c0d 50 18 faf0 0000 0000");

    [Fact]
    public void Parse_GoldenBytes_ReadsEveryField()
    {
        byte[] segment = [.. Golden, 0x68, 0x69];
        segment[18] = 0x12;
        segment[19] = 0x34;

        Assert.Equal(DropReason.None, TcpHeader.Parse(segment, out var header));

        Assert.Equal(40000, header.SourcePort);
        Assert.Equal(80, header.DestinationPort);
        Assert.Equal(0x01020304u, header.SequenceNumber);
        Assert.Equal(0x0a0b0c0du, header.AcknowledgmentNumber);
        Assert.Equal(20, header.HeaderLength);
        Assert.Equal(TcpFlags.Ack | TcpFlags.Psh, header.Flags);
        Assert.Equal(64240, header.Window);
        Assert.Equal(0, header.Checksum);
        Assert.Equal(0x1234, header.UrgentPointer);
        Assert.True(header.Options.IsEmpty);
        Assert.Equal(Hex("6869"), header.Payload.ToArray());
    }

    [Fact]
    public void Write_PrefilledBuffer_SetsEveryBitAndNothingElse()
    {
        var segment = Prefilled(22);

        TcpHeader.Write(segment, 40000, 80, 0x01020304, 0x0a0b0c0d, TcpFlags.Ack | TcpFlags.Psh, 64240);

        Assert.Equal([.. Golden, 0xa5, 0xa5], segment);
    }

    [Fact]
    public void Setters_ExistingHeader_ChangeOnlyTheirField()
    {
        byte[] segment = [.. Golden];
        var header = TcpHeader.At(segment);

        header.SequenceNumber = 0xffffffff;
        header.Flags = TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Cwr;
        header.Checksum = 0x1122;

        Assert.Equal(Hex("9c40 0050 ffffffff 0a0b0c0d 50 91 faf0 1122 0000"), segment);
    }

    [Fact]
    public void Parse_Options_AreBetweenHeaderAndPayload()
    {
        byte[] segment = [.. Golden, 2, 4, 5, 0xb4, 9];
        segment[12] = 0x60;

        Assert.Equal(DropReason.None, TcpHeader.Parse(segment, out var header));
        Assert.Equal([2, 4, 5, 0xb4], header.Options.ToArray());
        Assert.Equal([9], header.Payload.ToArray());
    }

    [Fact]
    public void Parse_EveryTruncationAndDataOffset_AcceptsOnlyWholeHeaders()
    {
        byte[] segment = [.. Golden, .. new byte[44]];
        for (var words = 0; words < 16; words++)
        {
            segment[12] = (byte)(words << 4);
            for (var length = 0; length <= segment.Length; length++)
            {
                var whole = words >= 5 && length >= words * 4;
                Assert.Equal(whole ? DropReason.None : DropReason.TcpTruncated, TcpHeader.Parse(segment.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void UpdateChecksum_AnyLength_IsTrueUntilAByteChanges()
    {
        var source = new IPv4Address(10, 0, 0, 1);
        var destination = new IPv4Address(10, 0, 0, 2);
        for (var length = 20; length < 90; length++)
        {
            var segment = Random(length, seed: length);
            segment[12] = 0x50;
            var header = TcpHeader.At(segment);
            header.UpdateChecksum(source, destination);
            Assert.True(header.HasTrueChecksum(source, destination));

            segment[length - 1] ^= 0x01;

            Assert.False(header.HasTrueChecksum(source, destination));
        }
    }
}
