using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tests.Fused;
using VRouter.Core.Tests.Wire;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Offload;

/// <summary>
/// What a router does with a super-frame must be what it does with its segments one by one: that is the specification, and the segments are cut by a plan
/// that tests of its own hold against tshark.
/// </summary>
public sealed class SuperFrameForwardingTests
{
    private const string Pod = "192.168.0.10";
    private const string Peer = "172.16.6.1";
    private const int Headers = 20 + 20;

    private static byte[] Tcp(string source, string destination, int payload, bool dontFragment = true, byte ttl = 64, byte tosEcn = 0)
    {
        var segment = new byte[20 + payload];
        TcpHeader.Write(segment, 1234, 80, 7_000_000, 99, TcpFlags.Ack | TcpFlags.Psh, 500);
        for (var i = 20; i < segment.Length; i++)
            segment[i] = (byte)(i * 13);
        return IPv4(source, destination, IpProtocol.Tcp, segment, ttl, tosEcn, 0xfffd, dontFragment);
    }

    private static byte[] FromPod(byte[] packet) => Ethernet("3a:1d:1e:91:f5:9e", "ee:ee:ee:ee:ee:ee", packet);

    private static byte[] FromUplink(byte[] packet) => Ethernet("00:23:89:8c:e8:31", CrossroadsNode.UplinkMac.ToString(), packet);

    private static SegmentationRequest Segments(int size, int transport = 34) => new(SegmentationKind.TcpSegments, size, 14, transport);

    // Whole and cut must come to the same; an error is sent once for a super-frame, and about its first segment.
    private static SuperFrameRouter AssertSame(int port, byte[] frame, SegmentationRequest request, bool fused = true)
    {
        using var cut = new SuperFrameRouter(fused);
        var whole = new SuperFrameRouter(fused);
        cut.ProcessCut(port, frame, request);
        whole.ProcessWhole(port, frame, request);
        static bool IsIcmp((int Port, string Bytes) sent) => sent.Bytes[46..48] == "01";
        Assert.Equal(cut.Sent.Where(sent => !IsIcmp(sent)), whole.Sent.Where(sent => !IsIcmp(sent)));
        Assert.Equal(cut.Sent.Where(IsIcmp).Take(1), whole.Sent.Where(IsIcmp));
        return whole;
    }

    public static IEnumerable<object[]> Everywhere =>
        from destination in CrossroadsNode.Destinations
        from dontFragment in new[] { false, true }
        select new object[] { destination, dontFragment };

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Process_SuperFrameToAnywhere_IsAsItsSegments(string destination, bool dontFragment)
    {
        // Around every MTU of the node: pods 700 and 1500, tunnels 1480, 1450 and, to the far peer, 900 less 20 or 50.
        int[] lengths = [700, 701, 850, 851, 880, 881, 1449, 1450, 1451, 1480, 1481, 1500, 1501];
        foreach (var length in lengths)
        {
            // As with Linux, one segment too long, and the super-frame is refused: a last one that fits is not sent alone.
            var size = length - Headers;
            var payload = (3 * size) + (dontFragment ? 0 : 1);
            AssertSame(CrossroadsNode.StrictPod, FromPod(Tcp(Pod, destination, payload, dontFragment)), Segments(size), fused: length % 2 == 0).Dispose();
        }
    }

    [Theory]
    [InlineData("192.168.1.5")]
    [InlineData("192.168.4.5")]
    [InlineData("8.8.8.8")]
    [InlineData("192.168.0.10")]
    public void Process_WayThatTakesIt_LeavesItWhole(string destination)
    {
        using var router = AssertSame(
            CrossroadsNode.LaxPod, FromPod(Tcp("192.168.0.11", destination, 60_000)), Segments(800));

        Assert.Equal((1, (1L, 0L)), (router.SentWhole, router.Counted));
    }

    [Theory]
    [InlineData(65_535 - 20, "192.168.1.5", true)]
    [InlineData(65_535 - 19, "192.168.1.5", false)]
    [InlineData(65_535 - 50, "192.168.4.5", true)]
    [InlineData(65_535 - 49, "192.168.4.5", false)]
    public void Process_OuterPacketAtTheLimitOfIPv4_IsCutBeforeItsTunnelBeyondIt(int length, string destination, bool isWhole)
    {
        using var router = AssertSame(
            CrossroadsNode.StrictPod, FromPod(Tcp(Pod, destination, length - Headers)), Segments(800));

        Assert.Equal(isWhole ? 1 : 0, router.SentWhole);
    }

    [Fact]
    public void Process_TwoSuperFramesIntoATunnel_ShareNoOuterIdentification()
    {
        using var router = new SuperFrameRouter();
        var frame = FromPod(Tcp(Pod, "192.168.1.5", 14_000, dontFragment: false));
        router.ProcessWhole(CrossroadsNode.StrictPod, frame, Segments(1400));
        router.ProcessWhole(CrossroadsNode.StrictPod, frame, Segments(1400));

        Assert.Equal(20, router.Sent.Select(sent => sent.Bytes[36..40]).Distinct().Count());
    }

    [Fact]
    public void Process_TtlOne_ErrorQuotesTheFirstSegment()
    {
        using var router = AssertSame(CrossroadsNode.StrictPod, FromPod(Tcp(Pod, "8.8.8.8", 5000, ttl: 1)), Segments(300));

        var error = Convert.FromHexString(Assert.Single(router.Sent).Bytes);
        Assert.Equal(14 + 20 + 8 + Headers + 300, error.Length);
        Assert.Equal(DropReason.None, IPv4Header.Parse(error.AsSpan(42), out var quoted));
        Assert.True(TcpHeader.At(quoted.Payload).HasTrueChecksum(quoted.Source, quoted.Destination));
        Assert.Equal(1, router.Counters.DropsOf(DropReason.TtlExpired));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 0)]
    [InlineData(true, 3)]
    public void Process_SuperFrameOutOfATunnel_IsAsItsSegments(bool isVxlan, byte ecn)
    {
        var inner = Tcp("192.168.1.5", Pod, 30_000, tosEcn: 2);
        byte[] payload = isVxlan
            ? [0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0x10, 0, 0, .. Ethernet("66:00:00:00:00:02", CrossroadsNode.Vtep.ToString(), inner)]
            : inner;
        if (isVxlan)
            (payload[4], payload[5]) = ((byte)(payload.Length >> 8), (byte)payload.Length);
        var outer = IPv4(Peer, CrossroadsNode.Node.ToString(), isVxlan ? IpProtocol.Udp : IpProtocol.IPv4, payload, tosEcn: ecn);
        var frame = FromUplink(outer);

        using var router = AssertSame(CrossroadsNode.Uplink, frame, Segments(1400, frame.Length - 30_000 - 20));

        Assert.Equal(1, router.SentWhole);
    }

    [Fact]
    public void Process_VxlanWithUdpChecksumToBeMade_IsTakenAtItsWord()
    {
        var inner = Tcp("192.168.1.5", Pod, 3000);
        byte[] payload = [0xc0, 0, 0x12, 0xb5, 0, 0, 0x12, 0x34, 8, 0, 0, 0, 0, 0x10, 0, 0, .. Ethernet("66:00:00:00:00:02", CrossroadsNode.Vtep.ToString(), inner)];
        (payload[4], payload[5]) = ((byte)(payload.Length >> 8), (byte)payload.Length);
        var frame = FromUplink(IPv4(Peer, CrossroadsNode.Node.ToString(), IpProtocol.Udp, payload));

        using var router = AssertSame(CrossroadsNode.Uplink, frame, Segments(1400, frame.Length - 3000 - 20));

        Assert.Equal(3, router.Sent.Count);
    }

    [Fact]
    public void Process_DatagramsThatAreTunnelPackets_AreCutBeforeTheyAreOpened()
    {
        var inner = IPv4("192.168.1.5", Pod, IpProtocol.Udp, FrameBuilder.Udp("192.168.1.5", Pod, 1, 2, new byte[100]));
        byte[] vxlan = [8, 0, 0, 0, 0, 0x10, 0, 0, .. Ethernet("66:00:00:00:00:02", CrossroadsNode.Vtep.ToString(), inner)];
        byte[] datagrams = [0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, .. vxlan, .. vxlan, .. vxlan];
        (datagrams[4], datagrams[5]) = ((byte)(datagrams.Length >> 8), (byte)datagrams.Length);
        var frame = FromUplink(IPv4(Peer, CrossroadsNode.Node.ToString(), IpProtocol.Udp, datagrams));

        using var router = AssertSame(CrossroadsNode.Uplink, frame, new SegmentationRequest(SegmentationKind.UdpDatagrams, vxlan.Length, 14, 34));

        Assert.Equal(3, router.Sent.Count(sent => sent.Port == CrossroadsNode.StrictPod));
        Assert.Equal((1L, 2L), router.Counted);
    }

    [Fact]
    public void Process_PoolTooEmptyToCut_DropsForWantOfBuffers()
    {
        using var router = new SuperFrameRouter();
        List<Core.Frames.Frame> rented = [];
        while (router.Pool.Available > 2 && router.Pool.TryRent(out var frame))
            rented.Add(frame);

        router.ProcessWhole(CrossroadsNode.StrictPod, FromPod(Tcp(Pod, "192.168.0.11", 10_000, dontFragment: false)), Segments(1400));

        Assert.Equal(1, router.Counters.DropsOf(DropReason.NoBuffer));
        rented.ForEach(router.Pool.Return);
    }
}
