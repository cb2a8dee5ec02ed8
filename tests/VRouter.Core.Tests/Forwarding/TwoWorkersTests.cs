using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>Two engines that share tables and tell each other of neighbors, as two workers of one router do.</summary>
public sealed class TwoWorkersTests : IDisposable
{
    private const long Millisecond = 1_000_000;
    private static readonly MacAddress UplinkMac = MacAddress.Parse("fa:16:3e:02:8b:17");
    private static readonly MacAddress PodMac = MacAddress.Parse("3a:1d:1e:91:f5:9e");
    private static readonly MacAddress GatewayMac = MacAddress.Parse("00:23:89:8c:e8:31");
    private readonly Side first;
    private readonly Side second;

    public TwoWorkersTests()
    {
        var tables = new WalkerNode().Build();
        var exchange = new NeighborExchange(2);
        first = new Side(0, exchange, tables);
        second = new Side(1, exchange, tables);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public void Process_ReplyReceivedByTheOtherWorker_ReleasesTheHeldFrames()
    {
        first.Receive(WalkerNode.BusyboxPort, PodFrame("8.8.8.8"), Millisecond);
        Assert.Equal(["arp"], first.Sent);
        Assert.Equal(1, first.Engine.Counters.Received.Held);

        // The reply is in the same pass that takes in the notice of the request.
        second.Receive(WalkerNode.UplinkPort, GatewayReply(), 2 * Millisecond);
        first.Engine.Tick(3 * Millisecond);

        Assert.Equal(["arp", $"ipv4 to {GatewayMac}"], first.Sent);
        Assert.Equal(0, first.Engine.Counters.Received.Held);
        Assert.Empty(second.Sent);
    }

    [Fact]
    public void Process_NeighborThatTheOtherWorkerFound_IsUsedWithoutAsking()
    {
        first.Receive(WalkerNode.BusyboxPort, PodFrame("8.8.8.8"), Millisecond);
        first.Receive(WalkerNode.UplinkPort, GatewayReply(), 2 * Millisecond);

        second.Receive(WalkerNode.BusyboxPort, PodFrame("9.9.9.9"), 3 * Millisecond);

        Assert.Equal([$"ipv4 to {GatewayMac}"], second.Sent);
    }

    [Fact]
    public void Process_BothMissAtOnce_EachHoldsItsOwnAndOneReplyReleasesAll()
    {
        first.Receive(WalkerNode.BusyboxPort, PodFrame("8.8.8.8"), Millisecond);
        second.Receive(WalkerNode.BusyboxPort, PodFrame("9.9.9.9"), Millisecond);
        Assert.Empty(second.Sent);

        first.Receive(WalkerNode.UplinkPort, GatewayReply(), 2 * Millisecond);
        first.Engine.Tick(3 * Millisecond);
        second.Engine.Tick(3 * Millisecond);

        Assert.Equal(["arp", $"ipv4 to {GatewayMac}"], first.Sent);
        Assert.Equal([$"ipv4 to {GatewayMac}"], second.Sent);
    }

    private static byte[] PodFrame(string destination) => FrameBuilder.Ethernet(
        PodMac.ToString(),
        MacAddress.WorkloadGateway.ToString(),
        FrameBuilder.IPv4(WalkerNode.BusyboxAddress, destination, IpProtocol.Udp, FrameBuilder.Udp(WalkerNode.BusyboxAddress, destination, 1000, 2000, [1, 2])));

    private static byte[] GatewayReply() => FrameBuilder.Ethernet(
        GatewayMac,
        UplinkMac,
        EtherType.Arp,
        FrameBuilder.Arp(ArpOperation.Reply, GatewayMac.ToString(), WalkerNode.GatewayAddress, UplinkMac.ToString(), WalkerNode.NodeAddress));

    private sealed class Side : IFrameTransmitter, IDisposable
    {
        private readonly FramePool pool = new(64);

        public Side(int worker, NeighborExchange exchange, ForwardingTables tables) =>
            Engine = new ForwardingEngine(pool, this, new EngineOptions { Share = new EngineShare(worker, 2), Seat = exchange.Seats[worker] }) { Tables = tables };

        public ForwardingEngine Engine { get; }

        public List<string> Sent { get; } = [];

        public void Receive(int port, byte[] bytes, long now)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            var vector = new FrameVector();
            vector.Add(frame);
            Engine.Process(port, vector, now);
            Engine.Tick(now);
        }

        public void Transmit(int port, FrameVector vector)
        {
            foreach (var frame in vector.Frames)
            {
                Assert.Equal(DropReason.None, EthernetHeader.Parse(frame.Bytes, out var header));
                Sent.Add(header.Type == EtherType.Arp ? "arp" : $"ipv4 to {header.Destination}");
            }

            vector.Verdicts.Fill(Verdict.Transmit);
        }

        public void Dispose()
        {
            Engine.Flush(long.MaxValue / 4);
            Assert.Equal(0, pool.Outstanding);
            pool.Dispose();
        }
    }
}
