using VRouter.Core.Graph;
using VRouter.Core.Tests.Forwarding;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Tunnels;

public sealed class TunnelIcmpInputTests : IDisposable
{
    private const string RouterAddress = "10.1.1.1";
    private readonly WalkerNode node = new();
    private readonly StageHarness harness;

    public TunnelIcmpInputTests() => harness = new StageHarness(new TunnelIcmpInput()) { Tables = node.Build() };

    public void Dispose() => harness.Dispose();

    [Fact]
    [Rfc("2003-4.1-too-big", "1191-4-next-hop-mtu")]
    [Rfc("2003-5.1-soft-state", "1191-3-reduce")]
    public void FragmentationNeeded_ForIpip_LowersThePathMtuAndTellsTheInnerSender()
    {
        var inner = InnerPacket(1480);

        var run = harness.Run(Error(3, 4, 1400, Ipip(inner)[..576]));

        Assert.Equal("received 1, icmp-error 1", run.Counters);
        Assert.Equal(1400, node.PathToDemi.Get(harness.Now));
        Assert.Equal(DropReason.FragmentationNeeded, run.Single.Metadata.Reason);
        Assert.Equal(1380, run.Single.Metadata.IcmpMtu);
        Assert.Equal(0, run.Single.Metadata.EncapsulationLength);
        Assert.Equal(inner[..556], run.Single.Bytes);
    }

    [Fact]
    [Rfc("1191-4-next-hop-mtu")]
    [Rfc("1191-3-reduce")]
    public void FragmentationNeeded_ForVxlan_LowersThePathMtuAndTellsTheInnerSender()
    {
        var inner = InnerPacket(1450, Busybox2Address);

        var run = harness.Run(Error(3, 4, 1400, Vxlan(inner)[..200]));

        Assert.Equal("received 1, icmp-error 1", run.Counters);
        Assert.Equal(1400, node.PathToWalker2.Get(harness.Now));
        Assert.Equal(int.MaxValue, node.PathToDemi.Get(harness.Now));
        Assert.Equal(1350, run.Single.Metadata.IcmpMtu);
        Assert.Equal(inner[..150], run.Single.Bytes);
    }

    [Fact]
    [Rfc("1191-3-avoid")]
    [Rfc("1191-3-old-style")]
    public void FragmentationNeeded_WithoutAnMtu_TakesThePlateauBelow()
    {
        harness.Run(Error(3, 4, 0, Ipip(InnerPacket(1480))[..100]));

        Assert.Equal(1492, node.PathToDemi.Get(harness.Now));
    }

    [Theory]
    [InlineData(1500)]
    [InlineData(9000)]
    [Rfc("1191-3-raise")]
    public void FragmentationNeeded_NotBelowThePacketItself_ChangesNothing(ushort mtu)
    {
        var run = harness.Run(Error(3, 4, mtu, Ipip(InnerPacket(1480))[..100]));

        Assert.Equal("received 1, delivered 1", run.Counters);
        Assert.Equal(int.MaxValue, node.PathToDemi.Get(harness.Now));
    }

    [Fact]
    public void FragmentationNeeded_WhereTheInnerPacketMayBeCut_OnlyLowersThePathMtu()
    {
        var inner = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, Pattern(1460));

        var run = harness.Run(Error(3, 4, 1400, Ipip(inner)[..100]));

        Assert.Equal("received 1, delivered 1", run.Counters);
        Assert.Equal(1400, node.PathToDemi.Get(harness.Now));
    }

    [Fact]
    public void FragmentationNeeded_WithTheShortestQuote_LowersThePathMtuAllTheSame()
    {
        var run = harness.Run(Error(3, 4, 1400, Ipip(InnerPacket(1480))[..28]));

        Assert.Equal("received 1, icmp-quote-too-short 1", run.Counters);
        Assert.Equal(1400, node.PathToDemi.Get(harness.Now));
    }

    [Theory]
    [InlineData(47, "icmp-quote-too-short")]
    [InlineData(48, "icmp-error")]
    public void Quote_OfTheInnerHeaderAnd8Bytes_Suffices(int length, string counter)
    {
        var run = harness.Run(Error(3, 1, 0, Ipip(InnerPacket(1480))[..length]));

        Assert.Equal($"received 1, {counter} 1", run.Counters);
    }

    [Theory]
    [InlineData(3, 0, "icmp-error", DropReason.NoRoute)]
    [InlineData(3, 1, "icmp-error", DropReason.RouteUnreachable)]
    [InlineData(3, 2, "icmp-error", DropReason.NoRoute)] // the peer's kernel knows no IPIP
    [InlineData(3, 3, "local-ignored", DropReason.None)] // nothing about IPIP can say it
    [InlineData(3, 13, "icmp-error", DropReason.RouteUnreachable)]
    [InlineData(11, 0, "icmp-error", DropReason.RouteUnreachable)]
    [InlineData(3, 5, "local-ignored", DropReason.None)]
    [InlineData(11, 1, "local-ignored", DropReason.None)]
    [InlineData(4, 0, "local-ignored", DropReason.None)]
    [InlineData(5, 0, "local-ignored", DropReason.None)]
    [InlineData(12, 0, "local-ignored", DropReason.None)]
    [Rfc("2003-4.1-network", "2003-4.1-port", "2003-4.1-source-route", "2003-4.3-redirect", "2003-4.4-time-exceeded", "2003-4.5-parameter-problem")]
    public void OtherErrors_BecomeUnreachableOrNothing(byte type, byte code, string counter, DropReason reason)
    {
        var inner = InnerPacket(100);

        var run = harness.Run(Error(type, code, 0, Ipip(inner)));

        Assert.Equal($"received 1, {counter} 1", run.Counters);
        if (reason == DropReason.None)
            return;
        Assert.Equal(reason, run.Single.Metadata.Reason);
        Assert.Equal(inner, run.Single.Bytes);
        Assert.Equal(int.MaxValue, node.PathToDemi.Get(harness.Now));
    }

    // The peer's node has no VTEP.
    [Fact]
    public void PortUnreachable_ForVxlan_BecomesHostUnreachable()
    {
        var run = harness.Run(Error(3, 3, 0, Vxlan(InnerPacket(100, Busybox2Address))));

        Assert.Equal("received 1, icmp-error 1", run.Counters);
        Assert.Equal(DropReason.RouteUnreachable, run.Single.Metadata.Reason);
    }

    [Fact]
    public void BytesBehindTheInnerPacket_AreNotQuoted()
    {
        var inner = InnerPacket(100);

        var run = harness.Run(Error(3, 1, 0, [.. Ipip(inner), 1, 2, 3]));

        Assert.Equal(inner, run.Single.Bytes);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData(Busybox2Address)]
    [InlineData(NodeAddress)]
    public void InnerSenderThatIsNoWorkloadHere_IsNotTold(string sender)
    {
        var inner = IPv4(sender, Busybox3Address, IpProtocol.Udp, Pattern(100), dontFragment: true);

        Assert.Equal("received 1, local-ignored 1", harness.Run(Error(3, 1, 0, Ipip(inner))).Counters);
    }

    [Fact]
    public void QuoteOfAnythingElse_IsLeftToTheHostOrIgnored()
    {
        byte[][] quotes =
        [
            [],
            Hex("45000054"),
            IPv4(NodeAddress, "8.8.8.8", IpProtocol.Tcp, Pattern(20)),
            IPv4(NodeAddress, DemiAddress, IpProtocol.Udp, Udp(NodeAddress, DemiAddress, 1, 4789, Pattern(80))), // no VXLAN tunnel to demi
            IPv4(NodeAddress, Walker2Address, IpProtocol.Udp, Udp(NodeAddress, Walker2Address, 1, 53, Pattern(80))),
            IPv4(NodeAddress, Walker2Address, IpProtocol.Udp, Hex("c000")),
            IPv4(NodeAddress, Walker2Address, IpProtocol.IPv4, InnerPacket(100)), // no IPIP tunnel to walker-2
            IPv4("172.16.6.48", DemiAddress, IpProtocol.IPv4, InnerPacket(100)), // another node's
            IPv4(NodeAddress, DemiAddress, IpProtocol.IPv4, InnerPacket(100), fragmentOffset: 8),
        ];
        foreach (var quote in quotes)
            Assert.Equal("received 1, local-ignored 1", harness.Run(Error(3, 4, 1400, quote)).Counters);
        harness.Tables = new WalkerNode { HasHostStack = true }.Build();
        foreach (var quote in quotes)
            Assert.Equal("received 1, delivered 1", harness.Run(Error(3, 4, 1400, quote)).Counters);
        Assert.Equal(int.MaxValue, node.PathToDemi.Get(harness.Now));
    }

    [Fact]
    public void MessageCutOffOrFalse_IsDropped()
    {
        var frame = Error(3, 4, 1400, Ipip(InnerPacket(1480))[..100]);
        frame.Bytes[^1] ^= 1;

        Assert.Equal("received 1, icmp-checksum 1", harness.Run(frame).Counters);
        for (var length = 0; length < 8; length++)
        {
            var cut = new TestFrame(IPv4(RouterAddress, NodeAddress, IpProtocol.Icmp, new byte[length]), UplinkPort);
            Assert.Equal("received 1, icmp-truncated 1", harness.Run(cut).Counters);
        }

        Assert.Equal(int.MaxValue, node.PathToDemi.Get(harness.Now));
    }

    [Fact]
    public void AnyQuote_NeverThrows()
    {
        var random = new Random(81);
        byte[][] wholes = [Ipip(InnerPacket(200)), Vxlan(InnerPacket(200))];
        for (var round = 0; round < 5000; round++)
        {
            var whole = wholes[round % 2];
            var quote = whole[..random.Next(whole.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && quote.Length > 0; flips--)
                quote[random.Next(Math.Min(quote.Length, 80))] = (byte)random.Next(256);
            harness.Run(Error((byte)(round % 3 == 0 ? 11 : 3), (byte)random.Next(6), (ushort)random.Next(2000), quote));
        }
    }

    private static byte[] InnerPacket(int length, string destination = Busybox3Address) =>
        IPv4(BusyboxAddress, destination, IpProtocol.Udp, Pattern(length - 20), dontFragment: true);

    private static byte[] Ipip(byte[] inner) => IPv4(NodeAddress, DemiAddress, IpProtocol.IPv4, inner, dontFragment: true);

    private static byte[] Vxlan(byte[] inner)
    {
        byte[] payload = [.. Hex("08000000 00100000 662222222222 661111111111 0800"), .. inner];
        return IPv4(
            NodeAddress, Walker2Address, IpProtocol.Udp, Udp(NodeAddress, Walker2Address, 50000, 4789, payload), dontFragment: true);
    }

    private static TestFrame Error(byte type, byte code, ushort mtu, byte[] quote) =>
        new(IPv4(RouterAddress, NodeAddress, IpProtocol.Icmp, Icmp(type, code, mtu, quote)), UplinkPort);
}
