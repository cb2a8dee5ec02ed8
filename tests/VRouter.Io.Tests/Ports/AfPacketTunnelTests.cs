using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Offload;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>Super-frames in tunnels leave a packet port whole, and the kernel, told of the tunnel, cuts them as they are cut on the wire.</summary>
/// <remarks>host: cali0, the port ---- pod: eth0, what arrives.</remarks>
public sealed class AfPacketTunnelTests
{
    private const int SegmentSize = 1380;
    private const string Whole = "whole, in tunnels too";
    private const string NoOffloads = "ethtool -K cali0 tx off tso off gso off sg off";

    public static TheoryData<string, string> Tunnels() => new() { { "ipip", "tcp" }, { "ipip", "udp" }, { "vxlan", "tcp" }, { "vxlan", "udp" } };

    [SkippableTheory]
    [MemberData(nameof(Tunnels))]
    public void Transmit_InterfaceWithoutOffloads_GivesTheSegmentsThatSoftwareMakes(string tunnel, string transport)
    {
        Requires.Tool("ethtool");
        using var veth = new VethPair();
        veth.Host.Exec(NoOffloads);
        using var receiver = new PortHarness();
        using var far = veth.OpenPodPort();
        using var port = Open(veth);
        var (bytes, header) = Build(tunnel, transport, 20_000);

        var expected = Send(port, bytes, header);

        var arrived = receiver.ReceiveCount(far, expected.Count);
        Assert.Equal(15, expected.Count);
        Assert.Equal(expected.Select(Convert.ToHexString), arrived.Select(Convert.ToHexString));
        WireTruth.AssertFlawless(arrived);
        Assert.Equal((1, bytes.Length), (port.Counters.TransmittedFrames, port.Counters.TransmittedBytes));
    }

    [SkippableTheory]
    [MemberData(nameof(Tunnels))]
    public void Transmit_OffloadsAsTheyCome_ArrivesWhole(string tunnel, string transport)
    {
        using var veth = new VethPair();
        using var receiver = new PortHarness(largeFrames: 4);
        using var far = veth.OpenPodPort();
        using var port = Open(veth);
        var (bytes, header) = Build(tunnel, transport, 60_000);

        Send(port, bytes, header);

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Assert.Single(receiver.ReceiveCount(far, 1))));
    }

    [SkippableTheory]
    [MemberData(nameof(Tunnels))]
    public void Transmit_PayloadOfOneSegment_ArrivesWithTrueChecksums(string tunnel, string transport)
    {
        using var veth = new VethPair();
        using var receiver = new PortHarness();
        using var far = veth.OpenPodPort();
        using var port = Open(veth);
        var (bytes, header) = Build(tunnel, transport, SegmentSize);

        var expected = Send(port, bytes, header);

        var arrived = receiver.ReceiveCount(far, 1);
        Assert.Equal(Convert.ToHexString(Assert.Single(expected)), Convert.ToHexString(Assert.Single(arrived)));
        WireTruth.AssertFlawless(arrived);
    }

    [SkippableFact]
    public void Transmit_SharedPorts_EachWorkersTunnelsAreAnnounced()
    {
        Requires.Tool("ethtool");
        using var veth = new VethPair();
        veth.Host.Exec(NoOffloads);
        using var receiver = new PortHarness();
        using var far = veth.OpenPodPort();
        var ports = AfPacketPort.OpenShared("cali0", 2, veth.Host.Name, withTunnels: true).OrThrow();
        try
        {
            var (bytes, header) = Build("vxlan", "tcp", 5_000);
            var expected = Send(ports[0], bytes, header);
            ports[0].Dispose();
            expected.AddRange(Send(ports[1], bytes, header));

            Assert.Equal(expected.Select(Convert.ToHexString), receiver.ReceiveCount(far, expected.Count).Select(Convert.ToHexString));
        }
        finally
        {
            foreach (var port in ports)
                port.Dispose();
        }
    }

    [SkippableTheory]
    [InlineData("ipip")]
    [InlineData("vxlan")]
    public void Egress_OtherSocketsFrame_IsNotTouched(string tunnel)
    {
        Requires.Tool("ethtool");
        using var veth = new VethPair();
        veth.Host.Exec(NoOffloads);
        using var receiver = new PortHarness();
        using var far = veth.OpenPodPort();
        using var port = Open(veth);
        using var other = new OffloadSender(veth.Host, "cali0", mark: tunnel == "ipip" ? 20 : 50);
        var (bytes, header) = Build(tunnel, "tcp", 5_000);
        byte[] headerAndFrame = [header.Flags, header.GsoType, .. Little(header.HeaderLength), .. Little(header.GsoSize), .. Little(header.ChecksumStart), .. Little(header.ChecksumOffset), .. bytes];

        // The kernel does not know of the tunnel, and cannot cut what it then takes for plain TCP: it drops the frame. What comes after it is the port's.
        other.TrySend(headerAndFrame);
        var expected = Send(port, bytes, header);

        Assert.Equal(expected.Select(Convert.ToHexString), receiver.ReceiveCount(far, expected.Count).Select(Convert.ToHexString));
        Assert.Empty(receiver.ReceiveAll(far));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tcp_BetweenTheKernelsVxlanDevices_CrossesInSuperFrames(bool isCutAtTheEnd)
    {
        Requires.Tool("ethtool");
        using var left = new VethPair();
        using var right = new VethPair();
        Configure(left.Pod, "02:00:00:00:00:01", "10.9.0.1", "10.9.0.2", "10.77.0.1");
        Configure(right.Pod, "02:00:00:00:00:02", "10.9.0.2", "10.9.0.1", "10.77.0.2");
        if (isCutAtTheEnd)
            right.Host.Exec(NoOffloads);
        using var leftPort = Open(left);
        using var rightPort = Open(right);
        using var patch = new Patch(leftPort, rightPort, largeFrames: 16);
        var before = ReceivedBy(right.Pod);

        var frames = Conversation.Hold(
            patch, left.Pod, leftPort, right.Pod, rightPort, Conversation.TcpReceiver, Conversation.TcpSender, "10.77.0.2", "6000000");

        var full = frames.Count(frame => frame.Length == 1514);
        Assert.InRange(patch.SuperFrameCount, 1, int.MaxValue);
        Assert.InRange(ReceivedBy(right.Pod) - before, isCutAtTheEnd ? full : 1, isCutAtTheEnd ? int.MaxValue : full / 2);
    }

    [SkippableFact]
    public void Open_QueueingDiscipline_SaysThatSuperFramesAreCut()
    {
        Requires.Tool("tc");
        using var veth = new VethPair();
        using (var port = veth.OpenPort())
            Assert.Equal("whole", port.SuperFrameMode);
        veth.Host.Exec("tc qdisc add dev cali0 root pfifo limit 1000");
        using (var port = AfPacketPort.Open("cali0", veth.Host.Name, withTunnels: true).OrThrow())
            Assert.Equal("cut: the interface has a queueing discipline (pfifo)", port.SuperFrameMode);
    }

    private static AfPacketPort Open(VethPair veth)
    {
        var port = AfPacketPort.Open("cali0", veth.Host.Name, withTunnels: true).OrThrow();
        Assert.Equal(Whole, port.SuperFrameMode);
        return port;
    }

    private static void Configure(TestNamespace pod, string mac, string own, string remote, string address)
    {
        pod.Ip($"link set eth0 address {mac}");
        pod.Ip($"addr add {own}/24 dev eth0");
        pod.Ip($"link add vx0 mtu 1450 type vxlan id 4096 dstport 4789 local {own} remote {remote} nolearning noudpcsum");
        pod.Ip("link set vx0 up");
        pod.Ip($"addr add {address}/24 dev vx0");
    }

    private static long ReceivedBy(TestNamespace pod) => long.Parse(pod.Exec("cat /sys/class/net/eth0/statistics/rx_packets"));

    private static byte[] Little(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static (byte[] Bytes, VirtioNetHeader Header) Build(string tunnel, string transport, int payload)
    {
        var isTcp = transport == "tcp";
        var inner = isTcp
            ? SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(payload, TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Cwr))
            : SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(payload));
        var outer = tunnel == "ipip"
            ? SuperFrame.IPv4(IpProtocol.IPv4, inner, identification: 0xfff9)
            : SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(SuperFrame.Ethernet(inner), withChecksum: false), identification: 0xfff9);
        var bytes = SuperFrame.Ethernet(outer);
        new byte[] { 2, 0, 0, 0, 0, 1 }.CopyTo(bytes, 0);
        var header = isTcp
            ? SuperFrame.Header(VirtioNetHeader.GsoTcp4 | VirtioNetHeader.GsoEcnBit, SegmentSize, bytes.Length - payload - 32, 16)
            : SuperFrame.Header(VirtioNetHeader.GsoUdpDatagrams, SegmentSize, bytes.Length - payload - 8, 6);
        return (bytes, header);
    }

    /// <summary>Sends a super-frame whole; gives what the router would cut it into.</summary>
    private static List<byte[]> Send(AfPacketPort port, byte[] bytes, in VirtioNetHeader header)
    {
        using var harness = new PortHarness(largeFrames: 1);
        Assert.True(harness.Pool.TryRentLarge(out var frame));
        bytes.CopyTo(frame.Reset(harness.Pool, bytes.Length));
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, header, out var plan));
        VirtioSegmentation.Mark(frame, header, plan);
        Assert.True(port.TakesSuperFrame(frame));
        var vector = new FrameVector();
        vector.Add(frame);

        port.Transmit(vector);

        harness.Pool.Return(frame);
        Assert.Equal(Verdict.Transmit, vector.Verdicts[0]);
        List<byte[]> segments = [];
        for (var i = 0; i < plan.Count; i++)
        {
            var segment = new byte[plan.LengthOf(i)];
            plan.Write(i, bytes, segment);
            segments.Add(segment);
        }

        return segments;
    }
}
