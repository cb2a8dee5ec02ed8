using System.Diagnostics.CodeAnalysis;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tests.Forwarding;
using VRouter.Core.Wire;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>Fragments through a whole engine: from a tunnel to the workload, and from a workload to the router and back.</summary>
public sealed class ReassemblyEngineTests : IFrameTransmitter, IDisposable
{
    private const string UplinkMac = "fa:16:3e:02:8b:17";
    private const string GatewayMac = "00:23:89:8c:e8:31";
    private const string BusyboxMac = "3a:1d:1e:91:f5:9e";
    private const string RouterMac = "ee:ee:ee:ee:ee:ee";
    private const long Now = 1_000_000_000;
    private static readonly byte[] ArpReply = Ethernet(
        MacAddress.Parse(BusyboxMac), MacAddress.Parse(RouterMac), EtherType.Arp, Arp(ArpOperation.Reply, BusyboxMac, WalkerNode.BusyboxAddress, RouterMac, "169.254.1.1"));

    private readonly FramePool pool = new(2048, largeCount: 4);
    private readonly List<(int Port, byte[] Bytes)> sent = [];
    private ForwardingEngine engine;
    private bool keepsSent = true;

    public ReassemblyEngineTests() => Start(fused: true);

    public void Dispose()
    {
        engine.Flush(Now);
        Assert.Equal(0, pool.Outstanding);
        foreach (var counters in (OutcomeCounters[])[engine.Counters.Received, engine.Counters.Originated])
            Assert.Equal(counters.Entered, counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped);
        pool.Dispose();
    }

    public static TheoryData<string, bool, int> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, int>();
            foreach (var kind in (string[])["ipip", "vxlan"])
            {
                foreach (var fused in (bool[])[true, false])
                {
                    foreach (var length in (int[])[200, 1480, 1481, 9000, 65_000])
                        ways.Add(kind, fused, length);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Process_TunnelPacketInFragments_ReachesTheWorkload(string kind, bool fused, int length)
    {
        Start(fused);
        var inner = IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(length), ttl: 63);

        Send(WalkerNode.UplinkPort, Tunnelled(kind, inner, size: 968));

        // The workload's link takes 1500 bytes: what is longer goes on in fragments of its own.
        var received = sent.Where(frame => frame.Port == WalkerNode.BusyboxPort).Select(frame => frame.Bytes[EthernetHeader.Size..]).ToList();
        Assert.All(received, packet => Assert.InRange(packet.Length, 0, 1500));
        Assert.Equal(Pattern(length), received.OrderBy(packet => IPv4Header.At(packet).FragmentOffset).SelectMany(packet => packet[IPv4Header.MinimumSize..]));
        Assert.All(received, packet => Assert.Equal(62, IPv4Header.At(packet).Ttl));
    }

    [Theory]
    [InlineData("ipip")]
    [InlineData("vxlan")]
    public void Process_LongTunnelPacketWithDf_TellsTheSender(string kind)
    {
        var inner = IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(3000), dontFragment: true);

        Send(WalkerNode.UplinkPort, Tunnelled(kind, inner, size: 968));

        Assert.Equal(1, engine.Counters.DropsOf(DropReason.FragmentationNeeded));
    }

    [Theory]
    [InlineData("ipip", true)]
    [InlineData("ipip", false)]
    [InlineData("vxlan", true)]
    [InlineData("vxlan", false)]
    public void Process_WithinAFlow_KeepsTheOrder(string kind, bool fused)
    {
        Start(fused);
        var expected = new List<ushort>();
        var frames = new List<byte[]>();
        var random = new Random(9);
        for (ushort id = 0; id < 60; id++)
        {
            var inner = IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(200), identification: id);
            frames.AddRange(Tunnelled(kind, inner, size: random.Next(2) == 0 ? 128 : 2000, identification: id));
            expected.Add(id);
        }

        Send(WalkerNode.UplinkPort, [.. frames]);

        Assert.Equal(expected, sent.Where(frame => frame.Port == WalkerNode.BusyboxPort).Select(frame => IPv4Header.At(frame.Bytes.AsSpan(EthernetHeader.Size)).Identification));
    }

    [Theory]
    [InlineData(1400)]
    [InlineData(9000)]
    [InlineData(65_507)]
    [Rfc("1812-4.2.2.8-reassemble", "1812-4.3.3.6-size")]
    public void Process_EchoInFragments_IsAnswered(int length)
    {
        var request = IPv4(WalkerNode.BusyboxAddress, WalkerNode.NodeAddress, IpProtocol.Icmp, EchoRequest(length: length));

        Send(WalkerNode.BusyboxPort, [.. Pieces.Cut(request, 1480).Reverse().Select(piece => Ethernet(BusyboxMac, RouterMac, piece))]);

        var reply = sent.Where(frame => frame.Port == WalkerNode.BusyboxPort).Select(frame => frame.Bytes[EthernetHeader.Size..]).OrderBy(packet => IPv4Header.At(packet).FragmentOffset);
        Assert.Equal(Icmp(0, 0, 0x0007_0001, Pattern(length)), reply.SelectMany(packet => packet[IPv4Header.MinimumSize..]));
    }

    [Fact]
    public void Process_UdpInFragmentsToTheRouter_IsRefusedAsAWhole()
    {
        var packet = IPv4(WalkerNode.BusyboxAddress, WalkerNode.NodeAddress, IpProtocol.Udp, Udp(WalkerNode.BusyboxAddress, WalkerNode.NodeAddress, 1, 53, Pattern(2000)));

        Send(WalkerNode.BusyboxPort, [.. Pieces.Cut(packet, 1000).Select(piece => Ethernet(BusyboxMac, RouterMac, piece))]);

        // The ARP reply of the beginning was delivered too.
        Assert.Equal((1, 1 + 2), (engine.Counters.DropsOf(DropReason.LocalPortClosed), engine.Counters.Received.Delivered));
    }

    [Fact]
    public void Engine_Reassembly_AllocatesNothing()
    {
        keepsSent = false;
        var vector = new FrameVector();
        var now = Now;
        ushort identification = 0;
        byte[][] templates =
        [
            .. Tunnelled("ipip", IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(1400)), size: 968),
            .. Tunnelled("vxlan", IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(4000)), size: 968),
            .. Tunnelled("ipip", IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(1400)), size: 968, identification: 1)[..1],
        ];
        byte[][] overlapping = [.. Tunnelled("ipip", IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(1400)), size: 968, identification: 2)];
        var overlap = IPv4Header.At(overlapping[1].AsSpan(EthernetHeader.Size));
        overlap.FragmentOffset = 800;
        templates = [.. templates, .. overlapping];
        Round();

        Assert.Equal(0, Allocation.LeastOfBatches(60, Round));
        Assert.True(engine.Counters.DropsOf(DropReason.FragmentOverlap) > 100);
        Assert.True(engine.Counters.DropsOf(DropReason.ReassemblyTimeout) > 100);
        Assert.True(engine.Counters.Received.Forwarded > 300);

        void Round()
        {
            identification += 3;
            foreach (var bytes in templates)
            {
                Assert.True(pool.TryRent(out var frame));
                bytes.CopyTo(frame.Reset(pool, bytes.Length));
                var header = IPv4Header.At(frame.Bytes[EthernetHeader.Size..]);
                header.Identification += identification;
                vector.Add(frame);
            }

            engine.Process(WalkerNode.UplinkPort, vector, now);
            Assert.True(pool.TryRent(out var reply));
            ArpReply.CopyTo(reply.Reset(pool, ArpReply.Length));
            vector.Add(reply);
            engine.Process(WalkerNode.BusyboxPort, vector, now);
            now += 1_000_000_000;
            engine.Tick(now);
        }
    }

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        if (keepsSent)
        {
            for (var i = 0; i < vector.Count; i++)
                sent.Add((port, vector[i].Bytes.ToArray()));
        }

        vector.Verdicts.Fill(Verdict.Transmit);
    }

    private static byte[][] Tunnelled(string kind, byte[] inner, int size, ushort identification = 0)
    {
        var (peer, node) = (WalkerNode.Walker2Address, WalkerNode.NodeAddress);
        byte[] vxlan = [8, 0, 0, 0, 0, 16, 0, 0, .. Ethernet(WalkerNode.Walker2Vtep.ToString(), WalkerNode.WalkerVtep.ToString(), inner)];
        var outer = kind == "ipip"
            ? IPv4(peer, node, IpProtocol.IPv4, inner, identification: identification)
            : IPv4(peer, node, IpProtocol.Udp, Udp(peer, node, 50_000, VxlanHeader.AssignedPort, vxlan), identification: identification);
        return [.. Pieces.Cut(outer, size).Select(piece => Ethernet(GatewayMac, UplinkMac, piece))];
    }

    // Knows the workload's MAC address already.
    [MemberNotNull(nameof(engine))]
    private void Start(bool fused)
    {
        engine = new ForwardingEngine(pool, this, new EngineOptions { FusedPath = fused }) { Tables = new WalkerNode { HasHostStack = true }.Build() };
        Send(WalkerNode.UplinkPort, Tunnelled("ipip", IPv4(WalkerNode.Busybox3Address, WalkerNode.BusyboxAddress, IpProtocol.Udp, Pattern(20)), size: 1000));
        Send(WalkerNode.BusyboxPort, ArpReply);
        Assert.Equal(1, engine.Counters.Received.Forwarded);
        sent.Clear();
    }

    private void Send(int port, params byte[][] frames)
    {
        var vector = new FrameVector();
        foreach (var bytes in frames)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            vector.Add(frame);
        }

        engine.Process(port, vector, Now);
        engine.Tick(Now);
    }
}
