using VRouter.Core.Frames;
using VRouter.Core.Tests.Forwarding;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Tunnels;

public sealed class IpipTests : IDisposable
{
    private readonly StageHarness encap = new(new IpipEncap(firstIdentification: 0xfffe)) { Tables = new WalkerNode().Build() };
    private readonly StageHarness decap = new(new IpipDecap()) { Tables = new WalkerNode().Build() };

    public void Dispose()
    {
        encap.Dispose();
        decap.Dispose();
    }

    [Fact]
    [Rfc("2003-3.1-header", "1812-4.2.2.11-own-source")]
    public void Encap_GoldenBytes_AreThoseOfTheSeed()
    {
        // busybox-1 to busybox-3 inside, walker-1 to demi-1 outside.
        var inner = Hex("4500 0020 1234 0000 3f11 b372 c0a8bbd3 c0a87902  0001 0002 000c 0000 68656c6c");

        var run = encap.Run(new TestFrame(inner) { Adjacency = IpipToDemi });

        Assert.Equal("received 1, ethernet-rewrite 1", run.Counters);
        Assert.Equal([.. Hex("4500 0034 fffe 0000 4004 5505 ac10062f ac10c772"), .. inner], run.Single.Bytes);
        Assert.Equal(20, run.Single.Metadata.EncapsulationLength);
    }

    [Fact]
    public void Encap_Identification_CountsUpAndWraps()
    {
        var packet = new TestFrame(IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest())) { Adjacency = IpipToDemi };

        var run = encap.Run(packet, packet, packet);

        Assert.Equal([0xfffe, 0xffff, 0], run.Outcomes.Select(outcome => IPv4Header.At(outcome.Bytes).Identification));
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0xb8, true)]
    [InlineData(0x2b, false)]
    [InlineData(0x01, true)]
    [Rfc("2003-3.1-df", "6040-4.1-normal")]
    public void Encap_TosAndDontFragment_AreThoseOfTheInnerPacket(byte tosEcn, bool dontFragment)
    {
        var inner = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(), ttl: 7, tosEcn: tosEcn, dontFragment: dontFragment);

        var run = encap.Run(new TestFrame(inner) { Adjacency = IpipToDemi });

        Assert.Equal(Core.Graph.DropReason.None, IPv4Header.Parse(run.Single.Bytes, out var outer));
        Assert.Equal(tosEcn, outer.TosEcn);
        Assert.Equal(dontFragment, outer.DontFragment);
        Assert.Equal(64, outer.Ttl);
        Assert.Equal(inner, outer.Payload.ToArray());
    }

    [Fact]
    public void Encap_HeadroomOfExactly20_SufficesAnd19DoesNot()
    {
        var packet = new TestFrame(IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest())) { Adjacency = IpipToDemi };

        Assert.Equal("received 1, ethernet-rewrite 1", encap.Run(packet with { Headroom = 20 }).Counters);
        Assert.Equal("received 1, no-headroom 1", encap.Run(packet with { Headroom = 19 }).Counters);
    }

    [Fact]
    public void Decap_PacketOfAKnownNode_GivesTheInnerPacketToInput()
    {
        var inner = IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest());
        var frame = new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner), UplinkPort) { FlowHash = 5 };

        var run = decap.Run(frame);

        Assert.Equal("received 1, ip4-input 1", run.Counters);
        Assert.Equal(inner, run.Single.Bytes);
        Assert.Equal(FrameFlags.Decapsulated, run.Single.Metadata.Flags);
        Assert.Equal(1, run.Single.Metadata.TunnelDepth);
        Assert.Equal(0u, run.Single.Metadata.FlowHash);
    }

    [Fact]
    public void Decap_OuterOptions_AreTakenOffToo()
    {
        var inner = IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest());
        var outer = WithOptions(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner), Hex("01010101 01010100"));

        Assert.Equal(inner, decap.Run(new TestFrame(outer, UplinkPort)).Single.Bytes);
    }

    [Theory]
    [InlineData("172.16.6.1", "tunnel-peer-unknown")]
    [InlineData(BusyboxAddress, "tunnel-peer-unknown")]
    public void Decap_UnknownSender_IsDropped(string source, string counter)
    {
        var frame = new TestFrame(IPv4(source, NodeAddress, IpProtocol.IPv4, IPv4("10.0.0.1", "10.0.0.2", IpProtocol.Udp, [])), UplinkPort);

        Assert.Equal($"received 1, {counter} 1", decap.Run(frame).Counters);
    }

    [Fact]
    public void Decap_NotInUse_DropsTunnelDisabled()
    {
        decap.Tables = new WalkerNode { TunnelsInUse = false }.Build();
        var frame = new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, IPv4("10.0.0.1", "10.0.0.2", IpProtocol.Udp, [])), UplinkPort);

        Assert.Equal("received 1, tunnel-disabled 1", decap.Run(frame).Counters);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1480)]
    public void Decap_OuterFragment_IsDropped(bool moreFragments, int offset)
    {
        var inner = IPv4("10.0.0.1", "10.0.0.2", IpProtocol.Udp, Pattern(44));
        var outer = IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner, moreFragments: moreFragments, fragmentOffset: offset);

        Assert.Equal("received 1, tunnel-fragment 1", decap.Run(new TestFrame(outer, UplinkPort)).Counters);
    }

    [Theory]
    [InlineData(Ecn.Ect0, Ecn.Ce, Ecn.Ce)]
    [InlineData(Ecn.Ect0, Ecn.Ect1, Ecn.Ect1)]
    [InlineData(Ecn.NotEct, Ecn.Ect0, Ecn.NotEct)]
    [InlineData(Ecn.Ce, Ecn.NotEct, Ecn.Ce)]
    public void Decap_OuterEcn_IsCarriedOverAndTheDscpIsNot(byte inner, byte outer, byte expected)
    {
        byte[] Inner(byte ecn) => IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), tosEcn: (byte)(0x28 | ecn));

        var run = decap.Run(new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, Inner(inner), tosEcn: (byte)(0xb8 | outer)), UplinkPort));

        Assert.Equal(Inner(expected), run.Single.Bytes);
    }

    [Fact]
    [Rfc("6040-4.2-not-ect")]
    public void Decap_CongestionThatTheSenderCannotLearn_DropsTunnelEcn()
    {
        var inner = IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest());
        var frame = new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner, tosEcn: Ecn.Ce), UplinkPort);

        Assert.Equal("received 1, tunnel-ecn 1", decap.Run(frame).Counters);
    }

    [Theory]
    [InlineData(0, "ipv4-truncated")]
    [InlineData(19, "ipv4-truncated")]
    [InlineData(20, "ipv4-version")]
    public void Decap_NoIPv4Inside_IsDropped(int length, string counter)
    {
        var frame = new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, new byte[length]), UplinkPort);

        Assert.Equal($"received 1, {counter} 1", decap.Run(frame).Counters);
    }

    [Theory]
    [InlineData(1, "ip4-input")]
    [InlineData(2, "tunnel-nesting")]
    public void Decap_NestedTunnels_EndAtTwo(int depth, string counter)
    {
        var inner = IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest());
        var frame = new TestFrame(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner), UplinkPort) { TunnelDepth = depth };

        Assert.Equal($"received 1, {counter} 1", decap.Run(frame).Counters);
    }

    [Fact]
    public void EncapThenDecap_GivesTheSamePacket()
    {
        var random = new Random(61);
        var demi = new WalkerNode().Build();
        decap.Tables = new Core.Tables.ForwardingTables
        {
            Fib = demi.Fib,
            Adjacencies = demi.Adjacencies,
            Ports = demi.Ports,
            IpipPeers = new Core.Tables.AddressSet([Address(NodeAddress)]),
        };
        for (var round = 0; round < 500; round++)
        {
            var data = new byte[random.Next(1461)];
            random.NextBytes(data);
            var packet = IPv4(
                BusyboxAddress, Busybox3Address, (byte)random.Next(256), data, tosEcn: (byte)random.Next(256), dontFragment: round % 2 == 0);

            var outer = encap.Run(new TestFrame(packet) { Adjacency = IpipToDemi }).Single.Bytes;

            Assert.Equal(packet, decap.Run(new TestFrame(outer, UplinkPort)).Single.Bytes);
        }
    }
}
