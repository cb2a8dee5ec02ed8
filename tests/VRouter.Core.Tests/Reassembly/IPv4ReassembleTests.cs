using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Reassembly;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Reassembly;

public sealed class IPv4ReassembleTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly byte[] Echo = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, EchoRequest(length: 92));
    private readonly StageHarness harness = new(new FramePool(1024, largeCount: 2), new IPv4Reassemble()) { Tables = Shared };

    public void Dispose() => harness.Dispose();

    public static TheoryData<int[]> Orders => [.. Pieces.Orders(4)];

    [Theory]
    [MemberData(nameof(Orders))]
    [Rfc("1812-4.2.2.8-reassemble")]
    public void Process_FragmentsInAnyOrder_BecomeTheDatagram(int[] order)
    {
        var pieces = Pieces.Cut(Echo, 32);
        Assert.Equal(4, pieces.Length);

        foreach (var piece in order[..3])
            Assert.Equal("received 1, held 1", Run(pieces[piece]).Counters);
        var run = Run(pieces[order[3]]);

        Assert.Equal("received 1, delivered 3, held -3, ip4-local 1", run.Counters);
        Assert.Equal(Echo, run.Single.Bytes);

        // All in one vector: none is in the books as held yet.
        run = Run([.. order.Select(piece => pieces[piece])]);
        Assert.Equal("received 4, delivered 3, ip4-local 1", run.Counters);
        Assert.Equal(Echo, run.Single.Bytes);
    }

    [Fact]
    public void Process_WholePacket_Passes() => Assert.Equal(Echo, Run(Echo).Single.Bytes);

    [Fact]
    public void Process_Completed_KeepsTheFirstFragmentsOptionsAndLosesDf()
    {
        byte[] options = [7, 7, 4, 0, 0, 0, 0, 0];
        var packet = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, EchoRequest(length: 56), dontFragment: true);
        var first = WithOptions(Pieces.Of(packet, 0, 32), options);

        Run(Pieces.Of(packet, 32, 64));
        var run = Run(first);

        Assert.Equal(WithOptions(IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, EchoRequest(length: 56)), options), run.Single.Bytes);
        Assert.Equal(0u, run.Single.Metadata.FlowHash);
    }

    [Fact]
    public void Process_LongestDatagram_TakesALargeFrame()
    {
        var packet = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, Pattern(65_515));
        var pieces = Pieces.Cut(packet, 1480);

        var run = Run(pieces);

        Assert.Equal($"received 45, delivered 44, ip4-local 1", run.Counters);
        Assert.Equal(packet, run.Single.Bytes);
        Assert.Equal(Busybox, run.Single.Metadata.RxPort);
        Array.Reverse(pieces);
        Assert.Equal(packet, Run(pieces).Single.Bytes);
    }

    [Fact]
    public void Process_NoLargeFrameFree_DropsTheDatagram()
    {
        var packet = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, Pattern(2960));
        var taken = Enumerable.Range(0, 2).Select(_ => harness.Pool.TryRentLarge(out var frame) ? frame : throw new InvalidOperationException()).ToList();

        var drop = Assert.Throws<InvalidOperationException>(() => Run(Pieces.Cut(packet, 1480)));
        taken.ForEach(harness.Pool.Return);

        Assert.Equal("2 frames are out, but 0 are held.", drop.Message);
        Assert.Equal(2, harness.Graph.Counters.DropsOf(Core.Graph.DropReason.NoBuffer));
        Assert.Equal(packet, Run(Pieces.Cut(packet, 1480)).Outcomes[^1].Bytes);
    }

    [Fact]
    public void Process_HeaderOfTheFirstFragmentMakesItTooLong_DropsTheDatagram()
    {
        var packet = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, Pattern(65_515));
        var pieces = Pieces.Cut(packet, 1480);
        pieces[0] = WithOptions(pieces[0], [1, 1, 1, 0]);

        Assert.Equal("received 45, ipv4-fragment-offset 45", Run(pieces).Counters);
        Assert.Equal("received 1, ipv4-fragment-offset 1", Run(WithOptions(Pieces.Cut(packet, 1480)[^1], [1, 1, 1, 0])).Counters);
    }

    public static TheoryData<string, int, int, bool, string> Contradictions => new()
    {
        // 96 bytes of payload; what is there is 32 to 64 and 64 to 96, the last. Then comes:
        { "the same once more", 32, 64, true, "received 1, fragment-duplicate 1" },
        { "the last once more", 64, 96, false, "received 1, fragment-duplicate 1" },
        { "the same, as the last", 32, 64, false, "received 1, fragment-overlap 3, held -2" },
        { "over the first's end", 8, 40, true, "received 1, fragment-overlap 3, held -2" },
        { "within", 40, 48, true, "received 1, fragment-overlap 3, held -2" },
        { "around", 24, 72, true, "received 1, fragment-overlap 3, held -2" },
        { "over both", 56, 72, true, "received 1, fragment-overlap 3, held -2" },
        { "an end before what is there", 24, 31, false, "received 1, fragment-end 3, held -2" },
        { "more behind the end", 96, 104, true, "received 1, fragment-end 3, held -2" },
        { "another end behind the end", 96, 100, false, "received 1, fragment-end 3, held -2" },
        { "nothing", 8, 8, true, "received 1, fragment-length 1" },
        { "no multiple of 8", 8, 15, true, "received 1, fragment-length 1" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Process_Contradiction_IsRefused(string what, int start, int end, bool more, string counters)
    {
        Assert.NotEmpty(what);
        var longer = IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, [.. Echo[20..], .. Pattern(8)])[..124];
        Run(Pieces.Of(longer, 32, 64));
        Run(Pieces.Of(longer, 64, 96, more: false));

        Assert.Equal(counters, Run(Pieces.Of(longer, start, end, more)).Counters);

        // What was refused stays so, also for those that come later; a bad fragment alone harms no other.
        var isRefused = counters.Contains("held", StringComparison.Ordinal);
        Assert.Equal(
            isRefused ? $"received 1, {counters.Split(' ')[2]} 1" : "received 1, delivered 2, held -2, ip4-local 1",
            Run(Pieces.Of(longer, 0, 32)).Counters);
    }

    [Fact]
    public void Process_SamePlaceWithOtherBytes_IsAnOverlap()
    {
        var pieces = Pieces.Cut(Echo, 32);
        byte[] other = [.. pieces[1]];
        other[^1] ^= 1;

        Assert.Equal("received 3, fragment-overlap 3", Run(pieces[0], pieces[1], other).Counters);
        Assert.Equal("received 2, fragment-overlap 2", Run(pieces[2..]).Counters);
    }

    [Theory]
    [InlineData(IpProtocol.Tcp, 16, "received 1, fragment-tiny 1")]
    [InlineData(IpProtocol.Tcp, 24, "received 1, held 1")]
    [InlineData(IpProtocol.Udp, 8, "received 1, held 1")]
    [InlineData(IpProtocol.IPv4, 16, "received 1, fragment-tiny 1")]
    [InlineData(IpProtocol.IPv4, 24, "received 1, held 1")]
    public void Process_FirstFragment_MustHoldTheNextHeader(byte protocol, int length, string counters) =>
        Assert.Equal(counters, Run(Pieces.Of(IPv4(BusyboxAddress, NodeAddress, protocol, Pattern(100)), 0, length)).Counters);

    [Fact]
    public void Process_OtherDatagrams_AreKeptApart()
    {
        var first = Pieces.Of(Echo, 0, 48);
        var rest = Pieces.Of(Echo, 48, 100);
        byte[][] others =
        [
            Pieces.Of(IPv4(OtherAddress, NodeAddress, IpProtocol.Icmp, Echo[20..]), 48, 100),
            Pieces.Of(IPv4(BusyboxAddress, "192.168.187.193", IpProtocol.Icmp, Echo[20..]), 48, 100),
            Pieces.Of(IPv4(BusyboxAddress, NodeAddress, IpProtocol.Udp, Echo[20..]), 48, 100),
            Pieces.Of(IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, Echo[20..], identification: 0x1235), 48, 100),
        ];
        Run(first);
        Assert.Equal("received 4, held 4", Run(others).Counters);

        // The same datagram by another port, or out of a tunnel.
        Assert.Equal("received 1, held 1", harness.Run(new TestFrame(rest, Other)).Counters);
        Assert.Equal("received 1, held 1", harness.Run(new TestFrame(rest, Busybox) { Flags = FrameFlags.Decapsulated, TunnelDepth = 1 }).Counters);
        Assert.Equal(Echo, Run(rest).Single.Bytes);
    }

    [Theory]
    [InlineData(Ecn.NotEct, Ecn.NotEct, Ecn.NotEct)]
    [InlineData(Ecn.Ect0, Ecn.Ect0, Ecn.Ect0)]
    [InlineData(Ecn.Ect1, Ecn.Ect1, Ecn.Ect1)]
    [InlineData(Ecn.Ce, Ecn.Ce, Ecn.Ce)]
    [InlineData(Ecn.Ect0, Ecn.Ce, Ecn.Ce)]
    [InlineData(Ecn.Ce, Ecn.Ect1, Ecn.Ce)]
    [InlineData(Ecn.Ect0, Ecn.Ect1, Ecn.Ect0)]
    [InlineData(Ecn.Ect1, Ecn.Ect0, Ecn.Ect1)]
    [InlineData(Ecn.NotEct, Ecn.Ce, -1)]
    [InlineData(Ecn.Ce, Ecn.NotEct, -1)]
    [InlineData(Ecn.NotEct, Ecn.Ect0, -1)]
    [InlineData(Ecn.Ect1, Ecn.NotEct, -1)]
    public void Process_Codepoints_AreJoinedAsRfc3168Says(byte first, byte second, int joined)
    {
        var run = Run(Pieces.Marked(Pieces.Of(Echo, 48, 100), second), Pieces.Marked(Pieces.Of(Echo, 0, 48), first));

        if (joined < 0)
            Assert.Equal("received 2, fragment-ecn 2", run.Counters);
        else
            Assert.Equal(Pieces.Marked(Echo, (byte)joined), run.Single.Bytes);
    }

    [Fact]
    [Rfc("1812-4.3.3.4-reassembly-time")]
    public void OnTimer_FirstFragmentThere_TellsTheSender()
    {
        var pieces = Pieces.Cut(Echo, 32);
        using var told = new StageHarness(new IPv4Reassemble(), new IcmpErrorOutput()) { Tables = Shared, Now = Second };
        told.Run(new TestFrame(pieces[0], Busybox), new TestFrame(pieces[2], Busybox));
        told.Now += (15 * Second) - 1;
        Assert.Equal("", told.RunTimers().Counters);
        told.Now++;

        var run = told.RunTimers();

        Assert.Equal("held -2, reassembly-incomplete 1, reassembly-timeout 1, originated 1, originated ip4-lookup 1", run.Counters);
        var error = IPv4Header.At(run.Single.Bytes);
        Assert.Equal((NodeAddress, BusyboxAddress), (error.Source.ToString(), error.Destination.ToString()));
        Assert.Equal([IcmpType.TimeExceeded, IcmpTimeExceededCode.Reassembly], error.Payload[..2].ToArray());
        Assert.Equal(pieces[0], error.Payload[IcmpHeader.Size..].ToArray());
    }

    [Fact]
    [Rfc("792-Time Exceeded-reassembly")]
    public void OnTimer_FirstFragmentMissing_TellsNobody()
    {
        using var silent = new StageHarness(new IPv4Reassemble(), new IcmpErrorOutput()) { Tables = Shared };
        silent.Run(new TestFrame(Pieces.Of(Echo, 32, 64), Busybox));
        silent.Now += 15 * Second;

        Assert.Equal("held -1, reassembly-incomplete 1", silent.RunTimers().Counters);
        Assert.Equal("received 1, held 1", silent.Run(new TestFrame(Pieces.Of(Echo, 0, 32), Busybox)).Counters);
    }

    [Fact]
    public void OnTimer_Refused_IsForgottenInTime()
    {
        Run(Pieces.Of(Echo, 0, 48), Pieces.Of(Echo, 40, 56));
        harness.Now += 15 * Second;
        harness.RunTimers();

        Assert.Equal(Echo, Run(Pieces.Cut(Echo, 48)).Single.Bytes);
    }

    [Fact]
    public void Flush_GivesAllBack()
    {
        Run(Pieces.Of(Echo, 0, 48));
        harness.Tables = Build(UplinkPort with { HasHostStack = false });
        Run(Pieces.Of(IPv4(PeerAddress, NodeAddress, IpProtocol.Icmp, Pattern(100)), 0, 48));

        Assert.Equal("held -2, port-down 2", harness.Flush().Counters);
        Assert.Equal(0, harness.Pool.Outstanding);
    }

    [Fact]
    public void Process_ByLinkBroadcast_IsNotKept() => Assert.Equal(
        "received 1, ip4-local 1",
        harness.Run(new TestFrame(Pieces.Of(Echo, 0, 48), Busybox) { Flags = FrameFlags.LinkBroadcast }).Counters);

    private StageRun Run(params byte[][] packets) => harness.Run([.. packets.Select(packet => new TestFrame(packet, Busybox))]);
}
