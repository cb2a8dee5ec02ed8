using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Reassembly;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>What incomplete datagrams may take, and who loses when it is taken.</summary>
public sealed class ReassemblyBoundsTests : IDisposable
{
    // Frames: 16, of one sender 8. Datagrams: 12, of one sender 6.
    private static readonly ReassemblyOptions Bounds = new() { Frames = 16, Datagrams = 12, FragmentsPerDatagram = 7 };
    private readonly StageHarness harness = new(new FramePool(1024), new IPv4Reassemble(Bounds)) { Tables = Node() };

    public void Dispose() => harness.Dispose();

    [Fact]
    public void Process_SenderAtItsLimitOfFrames_LosesItsOwnOldest()
    {
        Assert.Equal("received 1, held 1", Run(Piece("10.9.0.2", id: 1, 0)).Counters);
        Assert.Equal("received 2, held 2", Run(Piece("10.9.0.1", id: 1, 0), Piece("10.9.0.1", id: 1, 1)).Counters);
        for (ushort id = 2; id <= 3; id++)
            Assert.Equal("received 3, held 3", Run([.. Enumerable.Range(0, 3).Select(i => Piece("10.9.0.1", id, i))]).Counters);

        Assert.Equal("received 1, fragments-evicted 2, held -1", Run(Piece("10.9.0.1", id: 4, 0)).Counters);

        // The other sender's oldest of all is still there.
        Assert.Equal("received 1, delivered 1, held -1, ip4-local 1", Run(Pieces.Of(Packet("10.9.0.2", id: 1), 8, 100)).Counters);
    }

    [Fact]
    public void Process_AllFramesTaken_TheOldestOfAllGivesWay()
    {
        for (var sender = 1; sender <= 4; sender++)
            Assert.Equal("received 4, held 4", Run([.. Enumerable.Range(0, 4).Select(i => Piece($"10.9.0.{sender}", id: 1, i))]).Counters);

        Assert.Equal("received 1, fragments-evicted 4, held -3", Run(Piece("10.9.0.5", id: 1, 0)).Counters);
        Assert.Equal("received 1, held 1", Run(Piece("10.9.0.2", id: 1, 4)).Counters);
    }

    [Fact]
    public void Process_AllFramesTakenWithinOneVector_TheOldestGivesWay()
    {
        var run = Run([.. from sender in Enumerable.Range(1, 5) from i in Enumerable.Range(0, 4) select Piece($"10.9.0.{sender}", id: 1, i)]);

        Assert.Equal("received 20, fragments-evicted 4, held 16", run.Counters);
    }

    [Fact]
    public void Process_SenderAtItsLimitOfDatagrams_LosesItsOwnOldest()
    {
        Run(Piece("10.9.0.2", id: 1, 0));
        for (ushort id = 1; id <= 6; id++)
            Assert.Equal("received 1, held 1", Run(Piece("10.9.0.1", id, 1)).Counters);

        Assert.Equal("received 1, fragments-evicted 1", Run(Piece("10.9.0.1", id: 7, 1)).Counters);
        Assert.Equal("received 1, held 1", Run(Piece("10.9.0.2", id: 1, 1)).Counters);
    }

    [Fact]
    public void Process_AllDatagramsTaken_TheOldestOfAllGivesWay()
    {
        for (var sender = 1; sender <= 12; sender++)
            Assert.Equal("received 1, held 1", Run(Piece($"10.9.0.{sender}", id: 1, 1)).Counters);

        Assert.Equal("received 1, fragments-evicted 1", Run(Piece("10.9.0.13", id: 1, 1)).Counters);
    }

    [Fact]
    public void Process_MoreFragmentsThanAllowed_DropsTheDatagram()
    {
        for (var i = 0; i < 7; i++)
            Assert.Equal("received 1, held 1", Run(Piece("10.9.0.1", id: 1, i)).Counters);

        Assert.Equal("received 1, fragments-too-many 8, held -7", Run(Piece("10.9.0.1", id: 1, 7)).Counters);
        Assert.Equal("received 1, fragments-too-many 1", Run(Piece("10.9.0.1", id: 1, 8)).Counters);
    }

    [Fact]
    public void Process_OneDatagramBeyondItsSendersShare_IsDropped()
    {
        using var tight = new StageHarness(new FramePool(1024), new IPv4Reassemble(Bounds with { FragmentsPerDatagram = 100 })) { Tables = Node() };
        for (var i = 0; i < 8; i++)
            Assert.Equal("received 1, held 1", tight.Run(new TestFrame(Piece("10.9.0.1", id: 1, i), Busybox)).Counters);

        Assert.Equal("received 1, fragments-too-many 9, held -8", tight.Run(new TestFrame(Piece("10.9.0.1", id: 1, 8), Busybox)).Counters);
    }

    [Fact]
    public void Process_SmallPool_KeepsItsShareFree()
    {
        using var small = new StageHarness(new FramePool(64), new IPv4Reassemble()) { Tables = Node() };
        for (var sender = 1; sender <= 40; sender++)
            small.Run(new TestFrame(Piece($"10.9.0.{sender}", id: 1, 0), Busybox), new TestFrame(Piece($"10.9.0.{sender}", id: 1, 1), Busybox));
        for (ushort id = 1; id <= 40; id++)
            small.Run(new TestFrame(IpipPiece(id), Uplink));

        // An eighth for each of both kinds; but one node alone fills half of it.
        Assert.Equal(8 + 4, small.Pool.Outstanding);
    }

    [Fact]
    public void Process_FloodOfStrangers_LeavesTheNodesFragments()
    {
        Run(Uplink, IpipPiece(1));
        for (var i = 0; i < 1000; i++)
            Run(Piece($"10.9.{i / 250}.{i % 250}", (ushort)i, i % 5));

        var run = Run(Uplink, Pieces.Of(Ipip(1), 24, 48));
        Assert.Equal("received 1, delivered 1, held -1, ip4-local 1", run.Counters);
        Assert.Equal(Ipip(1), run.Single.Bytes);
    }

    [Fact]
    public void Process_RestComesAfterTooManyOthers_BelongsToAnotherDatagram()
    {
        using var near = new StageHarness(new FramePool(2048), new IPv4Reassemble(new ReassemblyOptions { Distance = 5 })) { Tables = Node() };
        foreach (var (others, counters) in ((int, string)[])[(5, "received 1, delivered 1, held -1, ip4-local 1"), (6, "received 1, fragments-evicted 1")])
        {
            near.Run(new TestFrame(Pieces.Of(Packet("10.9.0.1", id: 1), 0, 80), Busybox));
            for (ushort id = 0; id < others; id++)
                near.Run(new TestFrame(Piece("10.9.0.1", (ushort)(100 + id), 0), Busybox), new TestFrame(Piece("10.9.0.2", (ushort)(100 + id), 0), Busybox));
            Assert.Equal(counters, near.Run(new TestFrame(Pieces.Of(Packet("10.9.0.1", id: 1), 80, 100), Busybox)).Counters);
            near.Flush();
        }
    }

    private static byte[] Packet(string source, ushort id) => IPv4(source, NodeAddress, IpProtocol.Icmp, Pattern(100), identification: id);

    private static byte[] Piece(string source, ushort id, int number) => Pieces.Of(Packet(source, id), number * 8, (number * 8) + 8);

    private static byte[] Ipip(ushort id) => IPv4(PeerAddress, NodeAddress, IpProtocol.IPv4, Pattern(48), identification: id);

    private static byte[] IpipPiece(ushort id) => Pieces.Of(Ipip(id), 0, 24);

    private static ForwardingTables Node() => Build(UplinkPort, peers: new AddressSet([IPv4Address.Parse(PeerAddress)]));

    private StageRun Run(params byte[][] packets) => Run(Busybox, packets);

    private StageRun Run(int port, params byte[][] packets) => harness.Run([.. packets.Select(packet => new TestFrame(packet, port))]);
}
