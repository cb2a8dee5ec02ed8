using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;

namespace VRouter.Core.Tests.Forwarding;

public sealed class EthernetRewriteTests : IDisposable
{
    private static readonly byte[] Packet = FrameBuilder.IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Icmp, FrameBuilder.EchoRequest());
    private readonly NeighborTable neighbors = new();
    private readonly StageHarness harness;

    public EthernetRewriteTests() => harness = new StageHarness(new EthernetRewrite(neighbors)) { Tables = Shared };

    public void Dispose() => harness.Dispose();

    [Fact]
    public void Process_MacKnownForGood_TransmitsFromThePortsMac()
    {
        var run = harness.Run(new TestFrame(Packet) { TxPort = Busybox, NextHop = Value(BusyboxAddress), Adjacency = BusyboxRoute });

        Assert.Equal("received 1, forwarded 1", run.Counters);
        Assert.Equal("transmit 1", run.Single.To);
        Assert.Equal(FrameBuilder.Ethernet(WorkloadGatewayMac, BusyboxMac, Packet), run.Single.Bytes);
    }

    [Theory]
    [InlineData(GatewayRoute)]
    [InlineData(ConnectedRoute)]
    [InlineData(-1)] // waited before
    [InlineData(1000)]
    public void Process_ResolvedNeighbor_TransmitsToItsMac(int adjacency)
    {
        neighbors.Request(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out _);
        neighbors.Learn(Uplink, IPv4Address.Parse(GatewayAddress), MacAddress.Parse(GatewayMac), harness.Now);

        var run = harness.Run(new TestFrame(Packet, Busybox) { TxPort = Uplink, NextHop = Value(GatewayAddress), Adjacency = adjacency });

        Assert.Equal("received 1, forwarded 1", run.Counters);
        Assert.Equal("transmit 0", run.Single.To);
        Assert.Equal(FrameBuilder.Ethernet(UplinkMac, GatewayMac, Packet), run.Single.Bytes);
    }

    [Fact]
    public void Process_UnresolvedNeighbor_GoesToNeighborResolveUnchanged()
    {
        var run = harness.Run(new TestFrame(Packet, Busybox) { TxPort = Uplink, NextHop = Value(GatewayAddress), Adjacency = GatewayRoute });

        Assert.Equal("received 1, neighbor-resolve 1", run.Counters);
        Assert.Equal(Packet, run.Single.Bytes);
    }

    [Fact]
    public void Process_MixedVector_GivesEachFrameItsOwnNeighbor()
    {
        for (uint host = 1; host <= 4; host++)
        {
            neighbors.Request(Uplink, new IPv4Address(host), harness.Now, out _);
            if (host != 3)
                neighbors.Learn(Uplink, new IPv4Address(host), new MacAddress(0x0200_0000_0000UL + host), harness.Now);
        }

        uint[] hops = [1, 1, 2, 3, 2, 4, 1, 3, 1];
        var run = harness.Run([.. hops.Select(hop => new TestFrame(Packet, Busybox) { TxPort = Uplink, NextHop = hop, Adjacency = ConnectedRoute })]);

        Assert.Equal("received 9, forwarded 7, neighbor-resolve 2", run.Counters);
        var sent = run.Outcomes.Where(outcome => outcome.To == "transmit 0");
        Assert.Equal([1, 1, 2, 2, 4, 1, 1], sent.Select(outcome => (int)EthernetHeader.At(outcome.Bytes).Destination.Bits & 0xff));
    }

    [Theory]
    [InlineData(Gone)]
    [InlineData(-1)]
    [InlineData(99)]
    public void Process_PortGone_IsPortUnavailable(int txPort)
    {
        var run = harness.Run(new TestFrame(Packet) { TxPort = txPort, NextHop = Value(GatewayAddress), Adjacency = GoneRoute });

        Assert.Equal("received 1, port-unavailable 1", run.Counters);
    }

    [Theory]
    [InlineData(13, "received 1, no-headroom 1")]
    [InlineData(14, "received 1, forwarded 1")]
    public void Process_LittleHeadroom_IsNoHeadroom(int headroom, string counters)
    {
        var frame = new TestFrame(Packet) { TxPort = Busybox, NextHop = Value(BusyboxAddress), Adjacency = BusyboxRoute, Headroom = headroom };

        Assert.Equal(counters, harness.Run(frame).Counters);
    }

    [Fact]
    public void Process_Answer_CountsAsAnswered()
    {
        var frame = new TestFrame(Packet) { TxPort = Busybox, NextHop = 1, Adjacency = BusyboxRoute, Flags = FrameFlags.Answer };

        Assert.Equal("received 1, answered 1", harness.Run(frame).Counters);
    }
}
