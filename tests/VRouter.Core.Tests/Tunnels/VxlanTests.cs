using VRouter.Core.Frames;
using VRouter.Core.Tests.Forwarding;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Tunnels;

public sealed class VxlanTests : IDisposable
{
    private static readonly byte[] Inner = IPv4(Busybox2Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest());
    private readonly StageHarness encap = new(new VxlanEncap(firstIdentification: 0x0102)) { Tables = new WalkerNode().Build() };
    private readonly StageHarness decap = new(new VxlanDecap()) { Tables = new WalkerNode().Build() };

    public void Dispose()
    {
        encap.Dispose();
        decap.Dispose();
    }

    [Fact]
    [Rfc("7348-5-vni-flag")]
    public void Encap_GoldenBytes_SetEveryField()
    {
        var inner = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Hex("0001 0002 000c 0000 68656c6c"), tosEcn: 0xb9, dontFragment: true);

        var run = encap.Run(new TestFrame(inner) { Adjacency = VxlanToWalker2, FlowHash = 0xffff_ffff });

        Assert.Equal("received 1, ethernet-rewrite 1", run.Counters);
        Assert.Equal(
            [
                .. Hex("4501 0052 0102 4000 4011 d44f ac10062f ac1006f9"), // DF and ECN as inside, DSCP 0
                .. Hex("ffff 12b5 003e 0000"),
                .. Hex("08000000 00100000"),
                .. Hex("662222222222 661111111111 0800"),
                .. inner,
            ],
            run.Single.Bytes);
        Assert.Equal(50, run.Single.Metadata.EncapsulationLength);
    }

    [Fact]
    public void Encap_SourcePort_IsInTheDynamicRangeAndDependsOnTheFlow()
    {
        var ports = new HashSet<ushort>();
        for (ushort l4Port = 0; l4Port < 500; l4Port++)
        {
            var inner = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox2Address, l4Port, 53, []));
            var first = encap.Run(new TestFrame(inner) { Adjacency = VxlanToWalker2 }).Single.Bytes;
            var again = encap.Run(new TestFrame(inner) { Adjacency = VxlanToWalker2 }).Single.Bytes;
            var port = UdpHeader.At(first.AsSpan(20)).SourcePort;
            Assert.Equal(port, UdpHeader.At(again.AsSpan(20)).SourcePort);
            Assert.InRange(port, VxlanEncap.FirstSourcePort, ushort.MaxValue);
            ports.Add(port);
        }

        Assert.InRange(ports.Count, 480, 500);
    }

    [Fact]
    public void Encap_LowestFlowHash_IsTheFirstSourcePort()
    {
        var run = encap.Run(new TestFrame(Inner[..]) { Adjacency = VxlanToWalker2, FlowHash = 1 });

        Assert.Equal(VxlanEncap.FirstSourcePort, UdpHeader.At(run.Single.Bytes.AsSpan(20)).SourcePort);
    }

    [Fact]
    public void Encap_HeadroomOfExactly50_SufficesAnd49DoesNot()
    {
        var packet = new TestFrame(Inner[..]) { Adjacency = VxlanToWalker2 };

        Assert.Equal("received 1, ethernet-rewrite 1", encap.Run(packet with { Headroom = 50 }).Counters);
        Assert.Equal("received 1, no-headroom 1", encap.Run(packet with { Headroom = 49 }).Counters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc("7348-5-zero-checksum", "7348-5-false-checksum")]
    public void Decap_PacketOfAKnownNode_GivesTheInnerPacketToInput(bool withChecksum)
    {
        var run = decap.Run(Outer(Vxlan(), withChecksum) with { FlowHash = 5 });

        Assert.Equal("received 1, ip4-input 1", run.Counters);
        Assert.Equal(Inner, run.Single.Bytes);
        Assert.Equal(FrameFlags.Decapsulated, run.Single.Metadata.Flags);
        Assert.Equal(1, run.Single.Metadata.TunnelDepth);
        Assert.Equal(0u, run.Single.Metadata.FlowHash);
    }

    [Fact]
    public void Decap_BytesBehindTheDatagram_AreNotPartOfTheInnerFrame()
    {
        var udp = Udp(Walker2Address, NodeAddress, 50000, 4789, Vxlan());
        var outer = IPv4(Walker2Address, NodeAddress, IpProtocol.Udp, [.. udp, 1, 2, 3]);

        Assert.Equal(Inner, decap.Run(new TestFrame(outer, UplinkPort)).Single.Bytes);
    }

    [Fact]
    [Rfc("7348-5-false-checksum")]
    public void Decap_FalseUdpChecksum_IsDropped()
    {
        var frame = Outer(Vxlan(), withChecksum: true);
        frame.Bytes[^1] ^= 1;

        Assert.Equal("received 1, udp-checksum 1", decap.Run(frame).Counters);
    }

    [Theory]
    [InlineData(DemiAddress)]
    [InlineData(BusyboxAddress)]
    public void Decap_UnknownSender_IsDropped(string source)
    {
        var outer = IPv4(source, NodeAddress, IpProtocol.Udp, Udp(source, NodeAddress, 50000, 4789, Vxlan()));

        Assert.Equal("received 1, tunnel-peer-unknown 1", decap.Run(new TestFrame(outer, UplinkPort)).Counters);
    }

    [Fact]
    public void Decap_NotInUse_DropsTunnelDisabled()
    {
        decap.Tables = new WalkerNode { TunnelsInUse = false }.Build();

        Assert.Equal("received 1, tunnel-disabled 1", decap.Run(Outer(Vxlan())).Counters);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1480)]
    public void Decap_OuterFragment_IsDropped(bool moreFragments, int offset)
    {
        var udp = Udp(Walker2Address, NodeAddress, 50000, 4789, Vxlan());
        var outer = IPv4(Walker2Address, NodeAddress, IpProtocol.Udp, udp, moreFragments: moreFragments, fragmentOffset: offset);

        Assert.Equal("received 1, tunnel-fragment 1", decap.Run(new TestFrame(outer, UplinkPort)).Counters);
    }

    // The table of the VXLAN behaviours, for both profiles.
    [Theory]
    [InlineData("00 000000 001000 00", "vxlan-no-vni", "vxlan-no-vni")]
    [InlineData("08 000000 001000 00", "ip4-input", "ip4-input")]
    [InlineData("0c 000000 001000 00", "ip4-input", "vxlan-reserved-bits")] // P, a next protocol
    [InlineData("88 000000 001000 00", "ip4-input", "vxlan-reserved-bits")] // R
    [InlineData("48 000000 001000 00", "ip4-input", "vxlan-reserved-bits")] // B
    [InlineData("08 000001 001000 00", "ip4-input", "vxlan-reserved-bits")]
    [InlineData("08 000000 001000 ff", "ip4-input", "vxlan-reserved-bits")]
    [InlineData("08 000000 001001 00", "vxlan-vni-unknown", "vxlan-vni-unknown")]
    [InlineData("08 000000 000000 00", "vxlan-vni-unknown", "vxlan-vni-unknown")]
    [Rfc("7348-5-reserved-ignored", "7348-4.1-vni")]
    public void Decap_HeaderBits_AreJudgedByProfile(string header, string relaxed, string strict)
    {
        byte[] payload = [.. Hex(header), .. Vxlan()[8..]];

        Assert.Equal($"received 1, {relaxed} 1", decap.Run(Outer(payload)).Counters);
        decap.Tables = new WalkerNode { StrictVxlan = true }.Build();
        Assert.Equal($"received 1, {strict} 1", decap.Run(Outer(payload)).Counters);
    }

    [Theory]
    [InlineData("661111111111 662222222222 0800", "ip4-input")]
    [InlineData("661111111111 661111111111 0800", "vxlan-inner-source-invalid")] // our own: a loop
    [InlineData("661111111111 010000000001 0800", "vxlan-inner-source-invalid")]
    [InlineData("661111111111 000000000000 0800", "vxlan-inner-source-invalid")]
    [InlineData("663333333333 662222222222 0800", "vxlan-inner-mac-not-ours")]
    [InlineData("ffffffffffff 662222222222 0800", "vxlan-inner-mac-not-ours")]
    [InlineData("661111111111 662222222222 8100", "vlan-tagged")]
    [InlineData("661111111111 662222222222 88a8", "vlan-tagged")]
    [InlineData("ffffffffffff 662222222222 0806", "vxlan-inner-unsupported")]
    [InlineData("661111111111 662222222222 86dd", "vxlan-inner-unsupported")]
    [InlineData("661111111111 662222222222 0054", "ethernet-length-field")]
    [Rfc("7348-4.1-inner-destination")]
    public void Decap_InnerEthernet_IsJudged(string ethernet, string counter)
    {
        byte[] payload = [.. Vxlan()[..8], .. Hex(ethernet), .. Inner];

        Assert.Equal($"received 1, {counter} 1", decap.Run(Outer(payload)).Counters);
    }

    [Fact]
    public void Decap_EveryTruncation_DropsWithTheLayerThatIsCut()
    {
        var whole = Vxlan();
        for (var length = 0; length < 8 + 14 + 20; length++)
        {
            var counter = length < 8 ? "vxlan-truncated" : length < 22 ? "ethernet-truncated" : "ipv4-truncated";
            Assert.Equal($"received 1, {counter} 1", decap.Run(Outer(whole[..length])).Counters);
        }

        for (var length = 0; length < 8; length++)
        {
            var outer = IPv4(Walker2Address, NodeAddress, IpProtocol.Udp, new byte[length]);
            Assert.Equal("received 1, udp-truncated 1", decap.Run(new TestFrame(outer, UplinkPort)).Counters);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1000)]
    public void Decap_UdpLengthThatDoesNotFit_IsDropped(ushort length)
    {
        var frame = Outer(Vxlan());
        UdpHeader.At(frame.Bytes.AsSpan(20)).Length = length;

        Assert.Equal("received 1, udp-length 1", decap.Run(frame).Counters);
    }

    [Fact]
    public void Decap_InnerOfAnotherVersion_IsDropped()
    {
        var payload = Vxlan();
        payload[22] = 0x60;

        Assert.Equal("received 1, ipv4-version 1", decap.Run(Outer(payload)).Counters);
    }

    [Fact]
    [Rfc("6040-4.2-table", "6040-4.2-not-ect")]
    public void Decap_OuterCongestion_MarksOrDrops()
    {
        byte[] Ect(byte ecn) => [.. Vxlan()[..22], .. IPv4(Busybox2Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), tosEcn: ecn)];

        var marked = decap.Run(Outer(Ect(Ecn.Ect0), tosEcn: Ecn.Ce));
        Assert.Equal(Ect(Ecn.Ce)[22..], marked.Single.Bytes);
        Assert.Equal("received 1, tunnel-ecn 1", decap.Run(Outer(Ect(Ecn.NotEct), tosEcn: Ecn.Ce)).Counters);
    }

    [Fact]
    public void Decap_NestedTunnels_EndAtTwo() =>
        Assert.Equal("received 1, tunnel-nesting 1", decap.Run(Outer(Vxlan()) with { TunnelDepth = 2 }).Counters);

    [Fact]
    public void Decap_AnyBytes_NeverThrow()
    {
        var random = new Random(71);
        var whole = Vxlan();
        for (var round = 0; round < 5000; round++)
        {
            var payload = whole[..random.Next(whole.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && payload.Length > 0; flips--)
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            decap.Run(Outer(payload));
        }
    }

    private static byte[] Vxlan() => [.. Hex("08000000 00100000 661111111111 662222222222 0800"), .. Inner];

    private static TestFrame Outer(byte[] payload, bool withChecksum = false, byte tosEcn = 0)
    {
        var udp = Udp(Walker2Address, NodeAddress, 50000, 4789, payload);
        if (!withChecksum)
            UdpHeader.At(udp).Checksum = 0;
        return new TestFrame(IPv4(Walker2Address, NodeAddress, IpProtocol.Udp, udp, tosEcn: tosEcn), UplinkPort);
    }
}
