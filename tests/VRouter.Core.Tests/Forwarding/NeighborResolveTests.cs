using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>The neighbor stages together: rewrite, resolve, and ARP input that learns.</summary>
public sealed class NeighborResolveTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const string Zero = "00:00:00:00:00:00";
    private static readonly byte[] BroadcastRequest = Request(BroadcastMac);
    private readonly NeighborTable neighbors = new(new NeighborOptions { Capacity = 64 });
    private readonly StageHarness harness;

    public NeighborResolveTests() => harness = Harness(new NeighborQueueOptions { PerNeighbor = 4, Total = 8 });

    public void Dispose() => harness.Dispose();

    [Fact]
    [Rfc("826-Packet Generation-request")]
    public void Process_FirstFrame_AsksAndHolds()
    {
        var run = harness.Run(ToGateway(1));

        Assert.Equal("received 1, held 1, originated 1, originated forwarded 1", run.Counters);
        Assert.Equal("transmit 0", run.Single.To);
        Assert.Equal(BroadcastRequest, run.Single.Bytes);
    }

    [Fact]
    public void Process_WorkloadWithoutFixedMac_IsAskedByTheGatewayAddress()
    {
        var run = harness.Run(new TestFrame(Numbered(1)) { TxPort = Other, NextHop = Value(OtherAddress), Adjacency = OtherRoute });

        Assert.Equal("transmit 2", run.Single.To);
        Assert.Equal(
            FrameBuilder.Ethernet(
                MacAddress.WorkloadGateway,
                MacAddress.Broadcast,
                EtherType.Arp,
                FrameBuilder.Arp(ArpOperation.Request, WorkloadGatewayMac, "169.254.1.1", Zero, OtherAddress)),
            run.Single.Bytes);
    }

    [Fact]
    public void Process_MoreFrames_AskNoMore()
    {
        harness.Run(ToGateway(1));

        Assert.Equal("received 2, held 2", harness.Run(ToGateway(2), ToGateway(3)).Counters);
    }

    [Fact]
    public void OnTimer_Answered_ReleasesInOrder()
    {
        harness.Run(ToGateway(1), ToGateway(2));
        harness.Run(ToGateway(3));
        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));

        var run = harness.RunTimers();

        Assert.Equal("forwarded 3, held -3", run.Counters);
        Assert.Equal([1, 2, 3], Numbers(run));
        Assert.Equal(FrameBuilder.Ethernet(UplinkMac, GatewayMac, Numbered(1)), run.Outcomes[0].Bytes);
        Assert.Equal("", harness.RunTimers().Counters);
    }

    [Fact]
    public void Process_FrameAfterTheAnswer_DoesNotOvertakeThoseThatWait()
    {
        harness.Run(ToGateway(1), ToGateway(2));
        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));

        var run = harness.Run(ToGateway(3), ToGateway(4));

        Assert.Equal("received 2, forwarded 4, held -2", run.Counters);
        Assert.Equal([1, 2, 3, 4], Numbers(run));
        Assert.Equal("", harness.RunTimers().Counters);
    }

    [Fact]
    public void OnTimer_NobodyAnswers_AsksThreeTimesThenDrops()
    {
        harness.Run(ToGateway(1), ToGateway(2));
        var start = harness.Now;

        for (var second = 1; second <= 2; second++)
        {
            harness.Now = start + (second * Second) - 1;
            Assert.Equal("", harness.RunTimers().Counters);
            harness.Now++;
            var run = harness.RunTimers();
            Assert.Equal("originated 1, originated forwarded 1", run.Counters);
            Assert.Equal(BroadcastRequest, run.Single.Bytes);
        }

        harness.Now = start + (3 * Second);
        Assert.Equal("held -2, neighbor-unresolved 2", harness.RunTimers().Counters);

        // No ARP storm about a dead next hop: a second of silence, then one frame asks again.
        Assert.Equal("received 1, neighbor-unresolved 1", harness.Run(ToGateway(3)).Counters);
        harness.Now += Second;
        Assert.Equal("received 1, held 1, originated 1, originated forwarded 1", harness.Run(ToGateway(4)).Counters);
    }

    [Fact]
    public void Process_QueueFull_DropsTheOldestOfTheNeighbor()
    {
        harness.Run(ToGateway(1), ToGateway(2), ToGateway(3), ToGateway(4));
        Assert.Equal("received 1, neighbor-queue-full 1", harness.Run(ToGateway(5)).Counters);

        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));
        Assert.Equal([2, 3, 4, 5], Numbers(harness.RunTimers()));
    }

    [Fact]
    public void Process_QueueFullWithinOneVector_DropsTheOldestOfTheNeighbor()
    {
        var run = harness.Run([.. Enumerable.Range(1, 7).Select(number => ToGateway((byte)number))]);
        Assert.Equal("received 7, held 4, neighbor-queue-full 3, originated 1, originated forwarded 1", run.Counters);

        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));
        Assert.Equal([4, 5, 6, 7], Numbers(harness.RunTimers()));
    }

    [Fact]
    public void Process_StoreFull_DropsFramesToNewNeighborsWithoutAsking()
    {
        harness.Run([.. Enumerable.Range(1, 4).Select(number => ToGateway((byte)number))]);
        var run = harness.Run([.. Enumerable.Range(1, 6).Select(host => ToHost((byte)host, (uint)host))]);

        Assert.Equal("received 6, held 4, neighbor-queue-full 2, originated 4, originated forwarded 4", run.Counters);

        // One that waits already makes room itself.
        Assert.Equal("received 1, neighbor-queue-full 1", harness.Run(ToGateway(5)).Counters);
        Assert.Equal(5, neighbors.Count);
    }

    [Fact]
    public void Process_NeighborTableFull_Drops()
    {
        using var small = Harness(new NeighborQueueOptions { PerNeighbor = 1, Total = 128 });

        var run = small.Run([.. Enumerable.Range(1, 66).Select(host => ToHost(1, (uint)host))]);

        Assert.Equal("received 66, held 64, neighbor-table-full 2, originated 64, originated forwarded 64", run.Counters);
        small.Flush();
    }

    [Fact]
    public void OnTimer_InUse_ConfirmsByUnicastAndForwardsMeanwhile()
    {
        Resolve();
        harness.Now += 29 * Second;
        Assert.Equal("received 1, forwarded 1", harness.Run(ToGateway(2)).Counters);

        harness.Now += Second;
        var run = harness.RunTimers();
        Assert.Equal("originated 1, originated forwarded 1", run.Counters);
        Assert.Equal(Request(GatewayMac), run.Single.Bytes);
        Assert.Equal("received 1, forwarded 1", harness.Run(ToGateway(3)).Counters);

        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));
        harness.Now += 29 * Second;
        Assert.Equal("", harness.RunTimers().Counters);
    }

    [Fact]
    public void OnTimer_ConfirmationFails_AsksEveryoneForTheNextFrame()
    {
        Resolve();
        for (var request = 0; request < 3; request++)
        {
            harness.Now += request == 0 ? 30 * Second : Second;
            Assert.Equal(Request(GatewayMac), harness.RunTimers().Single.Bytes);
        }

        harness.Now += Second;
        Assert.Equal("", harness.RunTimers().Counters);
        Assert.Equal(BroadcastRequest, harness.Run(ToGateway(2)).Single.Bytes);
    }

    [Fact]
    public void OnTimer_PortGoneWhileFramesWait_DropsThem()
    {
        harness.RunTimers();
        harness.Run(ToGateway(1));
        harness.Tables = Build(uplink: null);

        Assert.Equal("held -1, port-unavailable 1", harness.RunTimers().Counters);
        Assert.Equal(0, neighbors.Count);
        Assert.Equal("received 1, port-unavailable 1", harness.RunAt(StageNames.NeighborResolve, ToGateway(2)).Counters);
    }

    [Fact]
    public void OnTimer_PortIndexGotAnotherPort_ForgetsItsNeighbors()
    {
        harness.RunTimers();
        Resolve();
        harness.Tables = Build(UplinkPort with { Name = "eth1" });

        harness.RunTimers();

        Assert.Equal(0, neighbors.Count);
    }

    [Fact]
    public void OnTimer_TablesReplacedWhileFramesWait_LosesNothing()
    {
        harness.Run(ToGateway(1));
        // Neither the adjacency nor the route is there any more.
        harness.Tables = new ForwardingTables
        {
            Fib = new MultibitTrie(),
            Adjacencies = [ForwardingTables.NoRouteAdjacency],
            Ports = [UplinkPort],
        };
        harness.RunTimers();
        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));

        Assert.Equal([1], Numbers(harness.RunTimers()));
    }

    [Fact]
    public void OnTimer_PoolEmpty_CountsTheRequestAsLost()
    {
        using var tiny = new StageHarness(new FramePool(2), new EthernetRewrite(neighbors), new NeighborResolve(neighbors)) { Tables = Shared };
        tiny.Run(ToGateway(1), ToGateway(2));

        tiny.Now += Second;

        Assert.Equal("originated 1, originated no-buffer 1", tiny.RunTimers().Counters);
    }

    [Fact]
    public void Flush_GivesBackEverythingThatWaits()
    {
        harness.Run(ToGateway(1), ToGateway(2), ToHost(3, 9));

        Assert.Equal("held -3, port-down 3", harness.Flush().Counters);
        Assert.Equal(0, harness.Pool.Outstanding);
    }

    [Fact]
    public void Stages_RandomTrafficAnswersAndTime_LoseAndReorderNothing()
    {
        var random = new Random(42);
        var sent = new Dictionary<uint, int>();
        var seen = new Dictionary<uint, int>();
        for (var round = 0; round < 3000; round++)
        {
            harness.Now += random.Next(400) * 1_000_000L;
            var host = (uint)random.Next(1, 100);
            StageRun[] runs =
            [
                harness.Run([.. Enumerable.Range(0, random.Next(10)).Select(_ =>
                {
                    var hop = (uint)random.Next(1, 100);
                    var number = sent[hop] = sent.GetValueOrDefault(hop) + 1;
                    return ToHost(number, hop);
                })]),
                random.Next(2) == 0 ? harness.RunAt(StageNames.ArpInput, Reply(GatewayMac, new IPv4Address(host).ToString())) : harness.RunTimers(),
                harness.RunTimers(),
            ];
            foreach (var outcome in runs.SelectMany(run => run.Outcomes))
            {
                var header = EthernetHeader.At(outcome.Bytes);
                if (header.Type != EtherType.IPv4)
                    continue;
                var number = BitConverter.ToInt32(header.Payload[20..]);
                Assert.True(number > seen.GetValueOrDefault(outcome.Metadata.NextHop), "overtaken");
                seen[outcome.Metadata.NextHop] = number;
            }
        }

        Assert.True(seen.Count > 90);
        Assert.True(harness.Graph.Counters.Received.Forwarded > 1000);
    }

    private static byte[] Numbered(int number) =>
        FrameBuilder.IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, BitConverter.GetBytes(number));

    private static TestFrame ToGateway(byte number) =>
        new(Numbered(number), Busybox) { TxPort = Uplink, NextHop = Value(GatewayAddress), Adjacency = GatewayRoute };

    private static TestFrame ToHost(int number, uint host) =>
        new(Numbered(number), Busybox) { TxPort = Uplink, NextHop = host, Adjacency = ConnectedRoute };

    private static TestFrame Reply(string mac, string address = GatewayAddress) =>
        new(FrameBuilder.Arp(ArpOperation.Reply, mac, address, UplinkMac, NodeAddress), Uplink);

    private static byte[] Request(string destination) => FrameBuilder.Ethernet(
        MacAddress.Parse(UplinkMac),
        MacAddress.Parse(destination),
        EtherType.Arp,
        FrameBuilder.Arp(ArpOperation.Request, UplinkMac, NodeAddress, Zero, GatewayAddress));

    private static IEnumerable<int> Numbers(StageRun run) =>
        run.Outcomes.Select(outcome => BitConverter.ToInt32(EthernetHeader.At(outcome.Bytes).Payload[20..]));

    private StageHarness Harness(NeighborQueueOptions options) => new(
        new EthernetRewrite(neighbors),
        new NeighborResolve(neighbors, options),
        new ArpInput(neighbors)) { Tables = Shared };

    private void Resolve()
    {
        harness.Run(ToGateway(1));
        harness.RunAt(StageNames.ArpInput, Reply(GatewayMac));
        Assert.Equal([1], Numbers(harness.RunTimers()));
    }
}
