using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>The IPv4 and tunnel stages together, as the graph wires them.</summary>
public sealed class IPv4PathTests : IDisposable
{
    private readonly StageHarness harness = new(Stages()) { Tables = new WalkerNode().Build() };

    public void Dispose() => harness.Dispose();

    [Fact]
    [Rfc("2003-3.1-header", "2003-3.1-ttl")]
    public void PodToPod_ThroughBothTunnels_LeavesWithOneTtlLessAndATrueOuterHeader()
    {
        var toDemi = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest());
        var toWalker2 = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Icmp, EchoRequest());

        var run = harness.RunAt(StageNames.IPv4Input, new TestFrame(toDemi, BusyboxPort), new TestFrame(toWalker2, BusyboxPort));

        Assert.Equal("received 2, ethernet-rewrite 2", run.Counters);
        var lengths = new[] { Tunnel.IpipOverhead, Tunnel.VxlanOverhead };
        for (var i = 0; i < 2; i++)
        {
            var bytes = run.Outcomes[i].Bytes;
            Assert.Equal(DropReason.None, IPv4Header.Parse(bytes, out var outer));
            Assert.Equal(NodeAddress, outer.Source.ToString());
            Assert.Equal(lengths[i], run.Outcomes[i].Metadata.EncapsulationLength);
            Assert.Equal(DropReason.None, IPv4Header.Parse(bytes.AsSpan(lengths[i]), out var inner));
            Assert.Equal(63, inner.Ttl);
            Assert.Equal(BusyboxAddress, inner.Source.ToString());
        }
    }

    [Fact]
    public void OutOfATunnel_ToTheLocalPod_PassesInputLookupAndForwardAgain()
    {
        var inner = IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), ttl: 63);
        var outer = IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner);

        var run = harness.RunAt(StageNames.IpipDecap, new TestFrame(outer, UplinkPort));

        Assert.Equal("received 1, ethernet-rewrite 1", run.Counters);
        Assert.Equal(IPv4(Busybox3Address, BusyboxAddress, IpProtocol.Icmp, EchoRequest(), ttl: 62), run.Single.Bytes);
        Assert.Equal(BusyboxPort, run.Single.Metadata.TxPort);
    }

    [Fact]
    public void OutOfOneTunnelIntoAnother_IsAllowedAndCostsATtl()
    {
        var inner = IPv4(Busybox3Address, Busybox2Address, IpProtocol.Icmp, EchoRequest(), ttl: 63);
        var outer = IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, inner);

        var run = harness.RunAt(StageNames.IpipDecap, new TestFrame(outer, UplinkPort));

        Assert.Equal("received 1, ethernet-rewrite 1", run.Counters);
        Assert.Equal(62, IPv4Header.At(run.Single.Bytes.AsSpan(Tunnel.VxlanOverhead)).Ttl);
    }

    [Fact]
    [Rfc("7348-4.3-fragment")]
    public void LargePacketIntoATunnel_IsCutBeforeItIsEncapsulated()
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox3Address, 1, 2, Pattern(1472)));

        var run = harness.RunAt(StageNames.IPv4Input, new TestFrame(packet, BusyboxPort));

        Assert.Equal("received 1, ethernet-rewrite 1, originated 1, originated ethernet-rewrite 1", run.Counters);
        Assert.Equal([1496, 64], run.Outcomes.Select(outcome => outcome.Bytes.Length));
        foreach (var outcome in run.Outcomes)
        {
            Assert.False(IPv4Header.At(outcome.Bytes).IsFragment);
            Assert.True(IPv4Header.At(outcome.Bytes.AsSpan(20)).IsFragment);
        }
    }

    [Fact]
    public void FragmentsIntoVxlan_ShareOneSourcePort()
    {
        var packet = IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox2Address, 1, 2, Pattern(1472)));

        var run = harness.RunAt(StageNames.IPv4Input, new TestFrame(packet, BusyboxPort));

        Assert.Equal(2, run.Outcomes.Count);
        Assert.Single(run.Outcomes.Select(outcome => UdpHeader.At(outcome.Bytes.AsSpan(20)).SourcePort).Distinct());
    }

    [Fact]
    public void AnyBytes_NeverThrowAndAllAreAccountedFor()
    {
        var random = new Random(91);
        byte[][] seeds =
        [
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, Pattern(1472)),
            IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Icmp, EchoRequest()),
            WithOptions(IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Tcp, Pattern(1500)), Hex("820b0001 02030405 06070800")),
        ];
        for (var round = 0; round < 1000; round++)
        {
            var frames = new TestFrame[32];
            for (var i = 0; i < frames.Length; i++)
            {
                var bytes = seeds[random.Next(seeds.Length)].ToArray();
                for (var flips = random.Next(3); flips > 0; flips--)
                    bytes[random.Next(1, 40)] = (byte)random.Next(256);
                IPv4Header.At(bytes).UpdateChecksum();
                frames[i] = new TestFrame(bytes, random.Next(3));
            }

            harness.RunAt(StageNames.IPv4Input, frames);
        }
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        using var pool = new FramePool(FrameVector.MaxCount * 4);
        var tables = new WalkerNode { HasHostStack = true }.Build();
        var graph = new StageGraph(pool, new DiscardingTransmitter(), [.. Stages(), new EndStandIn(StageNames.EthernetRewrite), new EndStandIn(StageNames.IPv4Reassemble)], icmpErrorStage: null);
        byte[][] packets =
        [
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest()),
            IPv4(BusyboxAddress, Busybox2Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox2Address, 1, 2, Pattern(1472))),
            IPv4(BusyboxAddress, "10.77.0.1", IpProtocol.Udp, Udp(BusyboxAddress, "10.77.0.1", 1, 2, [])),
            IPv4("1.2.3.4", "10.77.0.1", IpProtocol.Icmp, EchoRequest()),
            IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(), ttl: 1),
        ];
        var vector = new FrameVector();
        void Pass()
        {
            for (var i = 0; i < 200; i++)
            {
                pool.TryRent(out var frame);
                var packet = packets[i % packets.Length];
                packet.CopyTo(frame.Reset(pool, packet.Length));
                frame.Metadata.RxPort = BusyboxPort;
                vector.Add(frame);
            }

            graph.Run(vector, tables, now: 1);
        }

        for (var warmUp = 0; warmUp < 50; warmUp++)
            Pass();
        Assert.Equal(0, Allocation.LeastOfBatches(10, Pass));
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(100 * 200, graph.Counters.Received.Entered);
        Assert.Equal(100 * 40, graph.Counters.DropsOf(DropReason.SourceSpoofed));
        Assert.Equal(100 * 40, graph.Counters.DropsOf(DropReason.TtlExpired));
    }

    private static Stage[] Stages() =>
    [
        new IPv4Input(), new IPv4Lookup(), new IPv4Forward(), new IPv4Segment(), new IPv4Fragment(), new IpipEncap(), new VxlanEncap(), new IpipDecap(), new VxlanDecap(),
    ];

    private sealed class EndStandIn(string name) : Stage(name)
    {
        public override void Process(FrameVector vector, StageContext context) => vector.Verdicts.Fill(Verdict.Transmit);
    }

    private sealed class DiscardingTransmitter : IFrameTransmitter
    {
        public void Transmit(int port, FrameVector vector) => vector.Verdicts.Fill(Verdict.Transmit);
    }
}
