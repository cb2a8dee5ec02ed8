using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.Io.Offload;

namespace VRouter.Io.Tests.Offload;

public class PartialChecksumTests
{
    private static byte[] Ethernet(byte[] payload) => [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, .. payload];

    /// <summary>A packet with random content, its transport checksum as a kernel leaves it for a network card.</summary>
    private static byte[] Undone(Random random, byte protocol, int length)
    {
        var packet = new byte[20 + length];
        random.NextBytes(packet);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet.AsSpan(6, 2).Clear();
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20 + FieldOf(protocol)), PseudoHeader(packet));
        return packet;
    }

    private static int FieldOf(byte protocol) => protocol == IpProtocol.Tcp ? 16 : 6;

    private static ushort PseudoHeader(byte[] packet)
    {
        var length = packet.Length - 20;
        return WireTruth.NaiveSum([.. packet[12..20], 0, packet[9], (byte)(length >> 8), (byte)length]);
    }

    private static byte[] Vxlan(Random random, byte[] inner, ushort port)
    {
        byte[] payload = [8, 0, 0, 0, 0, 16, 0, 0, .. Ethernet(inner)];
        byte[] datagram = [0x12, 0x34, (byte)(port >> 8), (byte)port, (byte)((payload.Length + 8) >> 8), (byte)(payload.Length + 8), 0, 0, .. payload];
        var packet = Undone(random, IpProtocol.Udp, datagram.Length);
        datagram.CopyTo(packet, 20);
        return packet;
    }

    [Theory]
    [InlineData(IpProtocol.Tcp, 20)]
    [InlineData(IpProtocol.Tcp, 1460)]
    [InlineData(IpProtocol.Udp, 8)]
    [InlineData(IpProtocol.Udp, 1001)]
    public void Complete_Undone_VerifiesAndStaysAsItIsTheSecondTime(byte protocol, int length)
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var packet = Undone(random, protocol, length);
            byte[] frame = [.. Ethernet(packet), .. new byte[i % 5]];

            PartialChecksum.Complete(frame, 0);

            Assert.Equal(0xffff, WireTruth.NaiveTransportSum(frame.AsSpan(14, packet.Length)));
            Assert.False(PartialChecksum.Complete(frame, 0));
        }
    }

    [Fact]
    public void Complete_TrueOrBrokenInAnotherWay_ChangesNothing()
    {
        var random = new Random(4);
        for (var i = 0; i < 200_000; i++)
        {
            var packet = Undone(random, IpProtocol.Udp, 8 + (i & 15));
            packet.AsSpan(26, 2).Clear();
            var sum = (ushort)~WireTruth.NaiveTransportSum(packet);
            var stored = (i & 1) == 0 ? sum : (ushort)(sum + 1 + random.Next(100));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(26), stored);
            if (stored != sum && stored == PseudoHeader(packet))
                continue;
            var frame = Ethernet(packet);
            var before = frame.ToArray();

            Assert.False(PartialChecksum.Complete(frame, 0));
            Assert.Equal(before, frame);
        }
    }

    [Theory]
    [InlineData(4789, 0)]
    [InlineData(8472, 0)]
    [InlineData(5555, 5555)]
    public void Complete_UndoneInVxlanOrIpip_IsFinishedInside(ushort port, int configured)
    {
        var random = new Random(5);
        var inner = Undone(random, IpProtocol.Tcp, 100);
        var vxlan = Ethernet(Vxlan(random, inner, port));
        var ipip = Undone(random, IpProtocol.Udp, inner.Length);
        ipip[9] = IpProtocol.IPv4;
        inner.CopyTo(ipip, 20);
        var tunnelled = Ethernet(ipip);

        Assert.True(PartialChecksum.Complete(vxlan, configured));
        Assert.True(PartialChecksum.Complete(tunnelled, configured));

        Assert.Equal(0xffff, WireTruth.NaiveTransportSum(vxlan.AsSpan(64)));
        Assert.Equal(0xffff, WireTruth.NaiveTransportSum(tunnelled.AsSpan(34)));
    }

    [Fact]
    public void Complete_DatagramToAnotherPortThatLooksLikeVxlan_IsLeft()
    {
        var random = new Random(6);
        var frame = Ethernet(Vxlan(random, Undone(random, IpProtocol.Tcp, 100), 5555));

        Assert.False(PartialChecksum.Complete(frame, 0));
    }

    [Fact]
    public void Complete_SctpWithoutCrc_GetsIt()
    {
        var packet = Undone(new Random(7), IpProtocol.Udp, 32);
        packet[9] = IpProtocol.Sctp;
        packet.AsSpan(28, 4).Clear();
        var frame = Ethernet(packet);

        Assert.True(PartialChecksum.Complete(frame, 0));
        Assert.NotEqual(0u, BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(42)));
        Assert.Equal("1", WireTruth.Fields([frame], "sctp.checksum.status")[0][0]);
    }

    [Fact]
    public void Complete_EveryTruncationAndFragments_ChangesNothingBeyondAndThrowsNothing()
    {
        var random = new Random(8);
        var inner = Undone(random, IpProtocol.Tcp, 40);
        foreach (var whole in new[] { Ethernet(inner), Ethernet(Vxlan(random, inner, 4789)) })
        {
            for (var length = 0; length < whole.Length; length++)
                Assert.False(PartialChecksum.Complete(whole.AsSpan(0, length).ToArray(), 0));
        }

        var fragment = Ethernet(inner);
        fragment[20] = 0x20;
        Assert.False(PartialChecksum.Complete(fragment, 0));
    }
}
