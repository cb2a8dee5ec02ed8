using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IPv4FragmentTests : IDisposable
{
    private readonly StageHarness harness = new(new IPv4Fragment()) { Tables = new WalkerNode().Build() };

    public void Dispose() => harness.Dispose();

    [Fact]
    [Rfc("1812-4.2.2.7-fragment", "1812-5.2.6-fragment")]
    public void OneByteTooLong_GivesTwoFragmentsInOrder()
    {
        var data = Pattern(1461);
        var frame = new TestFrame(IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, data, ttl: 63, tosEcn: 0xb8))
        {
            Adjacency = IpipToDemi,
            TxPort = UplinkPort,
            NextHop = 77,
            FlowHash = 99,
        };

        var run = harness.Run(frame);

        Assert.Equal("received 1, ipip-encap 1, originated 1, originated ipip-encap 1", run.Counters);
        Assert.Equal(
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, data[..1456], ttl: 63, tosEcn: 0xb8, moreFragments: true),
            run.Outcomes[0].Bytes);
        Assert.Equal(
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, data[1456..], ttl: 63, tosEcn: 0xb8, fragmentOffset: 1456),
            run.Outcomes[1].Bytes);
        Assert.Equal(FrameFlags.Originated, run.Outcomes[0].Metadata.Flags);
        Assert.Equal(FrameFlags.None, run.Outcomes[1].Metadata.Flags);
        foreach (var outcome in run.Outcomes)
        {
            Assert.Equal(UplinkPort, outcome.Metadata.TxPort);
            Assert.Equal(77u, outcome.Metadata.NextHop);
            Assert.Equal(99u, outcome.Metadata.FlowHash);
            Assert.Equal(IpipToDemi, outcome.Metadata.Adjacency);
        }
    }

    [Fact]
    public void WithoutAFlowHash_AllFragmentsGetThatOfTheWholePacket()
    {
        var packet = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox2Address, 5, 6, new byte[1800]));
        var expected = FlowHash.Compute(packet, IPv4Address.Parse(NodeAddress).Value);

        var run = harness.Run(new TestFrame(packet[..]) { Adjacency = VxlanToWalker2 });

        Assert.Equal("received 1, vxlan-encap 1, originated 1, originated vxlan-encap 1", run.Counters);
        Assert.All(run.Outcomes, outcome => Assert.Equal(expected, outcome.Metadata.FlowHash));
    }

    // A path of 756 leaves 706 in the tunnel: 680 bytes are the most that a multiple of 8 allows, 686 the most of the last fragment.
    [Theory]
    [InlineData(687, 2)]
    [InlineData(680 + 680, 2)]
    [InlineData(680 + 686, 2)]
    [InlineData(680 + 687, 3)]
    [InlineData(680 + 680 + 200, 3)]
    public void LastFragment_IsAsLongAsTheMtuAllows(int data, int fragments)
    {
        var node = new WalkerNode();
        harness.Tables = node.Build();
        node.PathToWalker2.Lower(756, harness.Now);
        var packet = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Pattern(data));

        var run = harness.Run(new TestFrame(packet) { Adjacency = VxlanToWalker2 });

        Assert.Equal(fragments, run.Outcomes.Count);
        Assert.All(run.Outcomes, outcome => Assert.True(outcome.Bytes.Length <= 706));
        Assert.Equal(Pattern(data), Reassemble(run.Outcomes));
    }

    [Fact]
    [Rfc("1812-4.2.2.6-one-byte-options")]
    public void Options_OnlyThoseWithTheCopiedFlagAreInLaterFragments()
    {
        // No-operation, record route (not copied), security (copied), end of list.
        var options = Hex("01 07 07 04 00000000 82 0b 0102030405060708 09 00 0000");
        options = [.. options, .. new byte[(4 - (options.Length % 4)) % 4]];
        var packet = WithOptions(IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(1500)), options);

        var run = harness.Run(new TestFrame(packet) { Adjacency = Gateway });

        Assert.Equal("received 1, ethernet-rewrite 1, originated 1, originated ethernet-rewrite 1", run.Counters);
        Assert.Equal(Core.Graph.DropReason.None, IPv4Header.Parse(run.Outcomes[0].Bytes, out var first));
        Assert.Equal(Core.Graph.DropReason.None, IPv4Header.Parse(run.Outcomes[1].Bytes, out var last));
        Assert.Equal(options, first.Options.ToArray());
        Assert.Equal(Hex("82 0b 0102030405060708 09 00"), last.Options.ToArray());
        Assert.Equal(Pattern(1500), Reassemble(run.Outcomes));
    }

    [Theory]
    [InlineData("820b0000")] // longer than the options
    [InlineData("82000000")] // no length
    [InlineData("82010000")]
    [InlineData("01010182")] // cut off
    [Rfc("1812-4.2.2.6-one-byte-options")]
    public void MalformedOptions_AreLeftOutOfLaterFragments(string options)
    {
        var packet = WithOptions(IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(1500)), Hex(options));

        var run = harness.Run(new TestFrame(packet) { Adjacency = Gateway });

        Assert.Equal(Hex(options), IPv4Header.At(run.Outcomes[0].Bytes).Options.ToArray());
        Assert.Equal(20, IPv4Header.At(run.Outcomes[1].Bytes).HeaderLength);
        Assert.Equal(Pattern(1500), Reassemble(run.Outcomes));
    }

    [Fact]
    [Rfc("1812-5.2.6-reassemble")]
    public void FragmentCutAgain_KeepsOffsetsAndTheMoreFlag()
    {
        var middle = IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(1600), moreFragments: true, fragmentOffset: 1600);
        var last = IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(1601), fragmentOffset: 3200);

        var run = harness.Run(new TestFrame(middle) { Adjacency = Gateway }, new TestFrame(last) { Adjacency = Gateway });

        Assert.Equal(
            [(1600, 1480, true), (3200, 1480, true), (3080, 120, true), (4680, 121, false)],
            run.Outcomes.Select(outcome => Describe(outcome.Bytes)));
    }

    [Fact]
    [Rfc("1812-4.2.2.7-fragment")]
    public void RandomPacketsAndMtus_ReassembleToTheSame()
    {
        var random = new Random(51);
        for (var round = 0; round < 2000; round++)
        {
            var mtu = random.Next(68, 1501);
            var node = new WalkerNode();
            harness.Tables = WithGatewayMtu(node.Build(), mtu);
            var options = new byte[random.Next(11) * 4];
            random.NextBytes(options);
            var data = new byte[random.Next(mtu, 1840 - options.Length - 20)];
            random.NextBytes(data);
            var packet = WithOptions(IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, data), options);

            var run = harness.Run(new TestFrame(packet) { Adjacency = Gateway });

            Assert.All(run.Outcomes, outcome => Assert.InRange(outcome.Bytes.Length, 21, mtu));
            Assert.Equal(data, Reassemble(run.Outcomes));
        }
    }

    [Fact]
    public void MtuWithoutRoomForData_DropsFragmentationImpossible()
    {
        harness.Tables = WithGatewayMtu(new WalkerNode().Build(), 27);
        var packet = IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(100));

        Assert.Equal("received 1, fragmentation-impossible 1", harness.Run(new TestFrame(packet) { Adjacency = Gateway }).Counters);
        harness.Tables = WithGatewayMtu(new WalkerNode().Build(), 28);
        Assert.Equal(13, harness.Run(new TestFrame(packet) { Adjacency = Gateway }).Outcomes.Count);
    }

    [Fact]
    public void TooFewFreeFrames_DropsThePacketWhole()
    {
        using var small = new StageHarness(new FramePool(3), new IPv4Fragment()) { Tables = WithGatewayMtu(new WalkerNode().Build(), 576) };
        TestFrame Packet(int length) => new(IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(length))) { Adjacency = Gateway };

        Assert.Equal("received 1, no-buffer 1", small.Run(Packet(1800)).Counters);
        Assert.Equal("received 1, ethernet-rewrite 1, originated 2, originated ethernet-rewrite 2", small.Run(Packet(1600)).Counters);
    }

    private static ForwardingTables WithGatewayMtu(ForwardingTables tables, int mtu)
    {
        tables.Adjacencies[Gateway] = tables.Adjacencies[Gateway] with { Mtu = mtu };
        return tables;
    }

    private static (int Offset, int Length, bool More) Describe(byte[] fragment)
    {
        Assert.Equal(Core.Graph.DropReason.None, IPv4Header.Parse(fragment, out var header));
        return (header.FragmentOffset, header.Payload.Length, header.MoreFragments);
    }

    private static byte[] Reassemble(IReadOnlyList<StageOutcome> fragments)
    {
        var data = new List<byte>();
        for (var i = 0; i < fragments.Count; i++)
        {
            var (offset, length, more) = Describe(fragments[i].Bytes);
            Assert.Equal(data.Count, offset);
            Assert.Equal(i < fragments.Count - 1, more);
            Assert.True(!more || length % 8 == 0);
            Assert.False(IPv4Header.At(fragments[i].Bytes).DontFragment);
            data.AddRange(IPv4Header.At(fragments[i].Bytes).Payload);
        }

        return [.. data];
    }
}
