using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Offload;

public class ChecksumCompletionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(1447)]
    public void Complete_TcpAndUdp_GivesTrueChecksums(int payload)
    {
        var tcp = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(payload, TcpFlags.Ack)));
        var udp = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(payload), options: 8), 0x0123);

        Assert.Equal(DropReason.None, ChecksumCompletion.Complete(tcp, 34, 16));
        Assert.Equal(DropReason.None, ChecksumCompletion.Complete(udp, 46, 6));

        Assert.Equal(0xffff, WireTruth.NaiveTransportSum(tcp.AsSpan(14)));
        Assert.Equal(0xffff, WireTruth.NaiveTransportSum(udp.AsSpan(18)));
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 6, 0xffff)]
    [InlineData(IpProtocol.Tcp, 16, 0)]
    public void Complete_ResultOfZero_IsAllOnesInUdpOnly(byte protocol, int offset, int stored)
    {
        // A payload word that makes the whole sum 0xffff, whose complement is 0.
        var transport = protocol == IpProtocol.Udp ? SuperFrame.Udp(2) : SuperFrame.Tcp(2, TcpFlags.Ack);
        var frame = SuperFrame.Ethernet(SuperFrame.IPv4(protocol, transport));
        frame[^2] = frame[^1] = 0;
        var sum = WireTruth.NaiveSum(frame.AsSpan(34));
        frame[^2] = (byte)((0xffff - sum) >> 8);
        frame[^1] = (byte)(0xffff - sum);

        ChecksumCompletion.Complete(frame, 34, offset);

        Assert.Equal(stored, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34 + offset)));
        Assert.Equal(0xffff, WireTruth.NaiveTransportSum(frame.AsSpan(14)));
    }

    [SkippableFact]
    public void Complete_Sctp_ComputesItsCrc()
    {
        var hex = Scapy.Run("print(bytes(Ether(dst='02:00:00:00:00:01',src='02:00:00:00:00:02')/IP(src='10.0.0.1',dst='10.0.0.2')/SCTP(sport=1,dport=2)/SCTPChunkData(data='x'*13)).hex())").Trim();
        var expected = Convert.FromHexString(hex);
        var frame = expected.ToArray();
        frame.AsSpan(42, 4).Fill(0x5a);

        Assert.Equal(DropReason.None, ChecksumCompletion.Complete(frame, 34, 8));

        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(frame));
        WireTruth.AssertFlawless([frame]);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(13, 16)]
    [InlineData(54, 5)]
    [InlineData(58, 1)]
    [InlineData(60, 0)]
    [InlineData(65535, 65535)]
    [InlineData(34, 65535)]
    [InlineData(34, 25)]
    public void Complete_FieldOutsideOfTheFrame_IsRefused(int start, int offset) =>
        Assert.Equal(DropReason.RxOffloadInvalid, ChecksumCompletion.Complete(new byte[59], start, offset));

    [Fact]
    public void Complete_AnyBytes_NeverThrows()
    {
        var random = new Random(7);
        for (var round = 0; round < 50_000; round++)
        {
            var frame = new byte[random.Next(120)];
            random.NextBytes(frame);
            if (frame.Length > 24 && round % 2 == 0)
                (frame[12], frame[13], frame[14], frame[23]) = (8, 0, 0x45, 132);
            ChecksumCompletion.Complete(frame, random.Next(130), round % 3 == 0 ? 8 : random.Next(130));
        }
    }
}
