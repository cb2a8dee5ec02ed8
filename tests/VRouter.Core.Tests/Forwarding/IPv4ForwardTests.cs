using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IPv4ForwardTests : IDisposable
{
    private readonly WalkerNode node = new();
    private readonly IcmpErrorProbe probe = new();
    private readonly StageHarness harness;

    public IPv4ForwardTests() => harness = new StageHarness(new IPv4Forward(), probe) { Tables = node.Build() };

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData(Busybox, "ethernet-rewrite", BusyboxPort, BusyboxAddress)]
    [InlineData(Gateway, "ethernet-rewrite", UplinkPort, GatewayAddress)]
    [InlineData(Subnet, "ethernet-rewrite", UplinkPort, "172.16.6.9")]
    [InlineData(IpipToDemi, "ipip-encap", UplinkPort, GatewayAddress)]
    [InlineData(VxlanToWalker2, "vxlan-encap", UplinkPort, Walker2Address)]
    [Rfc("1812-5.2.4.2-connected")]
    public void EachKind_TakesItsEdgeWithPortAndNextHop(int adjacency, string next, int port, string nextHop)
    {
        var packet = IPv4(BusyboxAddress, "172.16.6.9", IpProtocol.Icmp, EchoRequest());

        var run = harness.Run(new TestFrame(packet) { Adjacency = adjacency });

        Assert.Equal($"received 1, {next} 1", run.Counters);
        Assert.Equal(port, run.Single.Metadata.TxPort);
        Assert.Equal(nextHop, new IPv4Address(run.Single.Metadata.NextHop).ToString());
        Assert.Equal(IPv4(BusyboxAddress, "172.16.6.9", IpProtocol.Icmp, EchoRequest(), ttl: 63), run.Single.Bytes);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1)]
    [Rfc("1812-5.3.4-forward")]
    public void CameByLinkBroadcast_IsDroppedWithoutAnError(byte ttl)
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(), ttl: ttl);

        var run = harness.Run(new TestFrame(packet) { Adjacency = Gateway, Flags = FrameFlags.LinkBroadcast });

        Assert.Equal("received 1, link-broadcast 1", run.Counters);
        Assert.Empty(probe.Seen);
    }

    [Theory]
    [InlineData("169.254.1.1", 64)] // the gateway of workloads, which is the router's on their links alone
    [InlineData("169.254.0.0", 1)]
    [InlineData("169.254.255.255", 64)]
    public void LinkLocalSource_IsNotForwarded(string source, byte ttl)
    {
        foreach (var adjacency in new[] { Busybox, Gateway, IpipToDemi, VxlanToWalker2 })
        {
            var packet = IPv4(source, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), ttl: ttl);

            Assert.Equal("received 1, ipv4-link-local-source 1", harness.Run(new TestFrame(packet, UplinkPort) { Adjacency = adjacency }).Counters);
        }

        Assert.Empty(probe.Seen);
        Assert.Equal("ipv4-link-local-source", DropReasons.Label(DropReason.IPv4LinkLocalSource));
    }

    [Theory]
    [InlineData(DemiAddress, IpipToDemi, "tunnel-loop")]
    [InlineData(Walker2Address, IpipToDemi, "ipip-encap")]
    [InlineData(Walker2Address, VxlanToWalker2, "vxlan-encap")] // RFC 2003 speaks of IPIP
    [InlineData(DemiAddress, Gateway, "ethernet-rewrite")]
    [Rfc("2003-3.2-far-end-source")]
    public void FromTheTunnelsFarEnd_IsNotTunnelledThere(string source, int adjacency, string next)
    {
        var packet = IPv4(source, Busybox3Address, IpProtocol.Icmp, EchoRequest());

        Assert.Equal($"received 1, {next} 1", harness.Run(new TestFrame(packet, UplinkPort) { Adjacency = adjacency }).Counters);
        Assert.Empty(probe.Seen);
        Assert.Equal("tunnel-loop", DropReasons.Label(DropReason.TunnelLoop));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Rfc("1812-5.3.1-discard", "792-Time Exceeded-discard", "2003-3.1-ttl-zero")]
    public void TtlRunsOut_DropsTtlExpiredWithThePacketAsReceived(byte ttl)
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(), ttl: ttl);

        var run = harness.Run(new TestFrame(packet) { Adjacency = IpipToDemi });

        Assert.Equal("received 1, ttl-expired 1, originated 1, originated icmp-rate-limited 1", run.Counters);
        Assert.Equal(packet, Assert.Single(probe.Seen).Bytes);
        Assert.Equal(DropReason.TtlExpired, probe.Seen[0].Metadata.Reason);
    }

    [Fact]
    [Rfc("1812-5.3.1-predict")]
    public void TtlTwo_LeavesWithOne()
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(), ttl: 2);

        var run = harness.Run(new TestFrame(packet) { Adjacency = Gateway });

        Assert.Equal(DropReason.None, IPv4Header.Parse(run.Single.Bytes, out var header));
        Assert.Equal(1, header.Ttl);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void PacketThatStartsHere_KeepsItsTtl(byte ttl)
    {
        var packet = IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), ttl: ttl);

        var run = harness.Run(new TestFrame(packet) { Adjacency = Busybox, Flags = FrameFlags.LocallyGenerated });

        Assert.Equal(packet, run.Single.Bytes);
    }

    [Theory]
    [InlineData(Gateway, 1500, "ethernet-rewrite")]
    [InlineData(IpipToDemi, 1480, "ipip-encap")]
    [InlineData(VxlanToWalker2, 1450, "vxlan-encap")]
    [Rfc("792-Destination Unreachable-df")]
    public void LengthAtTheMtu_PassesAndOneMoreDoesNot(int adjacency, int mtu, string next)
    {
        TestFrame Packet(int length, bool dontFragment) => new(
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, new byte[length - 20], dontFragment: dontFragment)) { Adjacency = adjacency };

        Assert.Equal($"received 1, {next} 1", harness.Run(Packet(mtu, dontFragment: true)).Counters);
        Assert.Equal($"received 1, {next} 1", harness.Run(Packet(mtu, dontFragment: false)).Counters);
        Assert.Equal("received 1, ip4-fragment 1", harness.Run(Packet(mtu + 1, dontFragment: false)).Counters);
        Assert.Empty(probe.Seen);

        var tooLong = Packet(mtu + 1, dontFragment: true);
        var run = harness.Run(tooLong);

        Assert.Equal("received 1, fragmentation-needed 1, originated 1, originated icmp-rate-limited 1", run.Counters);
        Assert.Equal(mtu, Assert.Single(probe.Seen).Metadata.IcmpMtu);
        Assert.Equal(tooLong.Bytes, probe.Seen[0].Bytes);
    }

    [Fact]
    [Rfc("1191-3-avoid", "1191-3-probe")]
    [Rfc("2003-5.1-soft-state")]
    public void LoweredPathMtuOfTheTunnel_CountsUntilItExpires()
    {
        node.PathToDemi.Lower(1400, harness.Now);
        var frame = new TestFrame(IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, new byte[1361], dontFragment: true))
        {
            Adjacency = IpipToDemi,
        };

        Assert.StartsWith("received 1, fragmentation-needed 1", harness.Run(frame).Counters, StringComparison.Ordinal);
        Assert.Equal(1380, Assert.Single(probe.Seen).Metadata.IcmpMtu);
        harness.Now += Core.Tunnels.PathMtu.LifetimeNanoseconds;
        Assert.Equal("received 1, ipip-encap 1", harness.Run(frame).Counters);
    }

    [Theory]
    [InlineData("172.16.6.255")]
    [InlineData("172.16.6.0")]
    [Rfc("1812-4.2.3.1-broadcasts", "1812-5.3.5.2-directed")]
    [Rfc("1812-4.2.2.11-broadcast-to-us")]
    public void SubnetBroadcast_IsNotForwarded(string destination)
    {
        var packet = IPv4(BusyboxAddress, destination, IpProtocol.Icmp, EchoRequest());

        Assert.Equal("received 1, ipv4-broadcast 1", harness.Run(new TestFrame(packet) { Adjacency = Subnet }).Counters);
    }

    [Theory]
    [InlineData("10.9.255.255")]
    [InlineData("10.9.0.0")]
    [Rfc("1812-5.3.5.2-remote")]
    public void BroadcastOfANetworkElsewhere_GoesOn(string destination)
    {
        var packet = IPv4(BusyboxAddress, destination, IpProtocol.Icmp, EchoRequest());

        Assert.Equal("received 1, ethernet-rewrite 1", harness.Run(new TestFrame(packet) { Adjacency = Gateway }).Counters);
    }

    [Fact]
    public void PortThatIsGone_DropsPortUnavailable()
    {
        var packet = IPv4(BusyboxAddress, "10.88.0.1", IpProtocol.Icmp, EchoRequest());

        var run = harness.Run(new TestFrame(packet) { Adjacency = PortGone });

        Assert.Equal("received 1, port-unavailable 1, originated 1, originated icmp-rate-limited 1", run.Counters);
    }
}
