using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>
/// Two pods behind ports of every mix, with a patch between them that takes super-frames: data must arrive as they were sent, and every frame on the way, cut
/// as it would be on the wire, must satisfy tshark.
/// </summary>
/// <remarks>left: eth0 10.9.0.1/24 ---- port | patch | port ---- right: eth0 10.9.0.2/24.</remarks>
public sealed class SuperFrameCrossingTests
{
    private const int Bytes = 6_000_000;

    private sealed class Pod : IDisposable
    {
        private readonly VethPair? veth;
        private readonly TestNamespace? tap;

        public Pod(bool isTap, int number)
        {
            var mac = $"02:00:00:00:00:0{number}";
            if (isTap)
            {
                tap = new TestNamespace();
                Port = TapPort.Create(new TapOptions("eth0") { NetworkNamespace = tap.Name, Mac = MacAddress.Parse(mac) }).OrThrow();
            }
            else
            {
                veth = new VethPair();
                veth.Pod.Ip($"link set eth0 address {mac}");
                Port = veth.OpenPort();
            }

            Network.Ip($"addr add 10.9.0.{number}/24 dev eth0");
        }

        public TestNamespace Network => tap ?? veth!.Pod;

        public TestNamespace Host => veth!.Host;

        public IPort Port { get; }

        public void Dispose()
        {
            Port.Dispose();
            tap?.Dispose();
            veth?.Dispose();
        }
    }

    private static (List<byte[]> Frames, int SuperFrames) Exchange(
        bool leftTap, bool rightTap, Action<TestNamespace, TestNamespace> configure, string receiver, string sender, params string[] arguments)
    {
        using var left = new Pod(leftTap, 1);
        using var right = new Pod(rightTap, 2);
        configure(left.Network, right.Network);
        using var patch = new Patch(left.Port, right.Port, largeFrames: 16);
        var frames = Conversation.Hold(patch, left.Network, left.Port, right.Network, right.Port, receiver, sender, arguments);
        return (frames, patch.SuperFrameCount);
    }

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Tcp_OffloadsAsTheyCome_CrossesInSuperFrames(bool leftTap, bool rightTap)
    {
        var (frames, whole) = Exchange(leftTap, rightTap, (_, _) => { }, Conversation.TcpReceiver, Conversation.TcpSender, "10.9.0.2", Bytes.ToString());

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(whole, Bytes / 65_535, int.MaxValue);
    }

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Udp_Segmented_CrossesInSuperFrames(bool leftTap, bool rightTap)
    {
        var (frames, whole) = Exchange(leftTap, rightTap, (_, _) => { }, Conversation.UdpReceiver, Conversation.UdpSender, "10.9.0.2");

        Assert.Equal(40, frames.Count(f => f.Length == 1042));
        Assert.Equal(1, whole);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tcp_SenderWithoutOffloads_IsJoinedForTheReceiver(bool rightTap)
    {
        Requires.Tool("ethtool");
        Requires.Tool("tcpdump");
        using var left = new Pod(isTap: false, 1);
        using var right = new Pod(rightTap, 2);
        left.Network.Exec("ethtool -K eth0 tx off tso off gso off gro off sg off");
        using var patch = new Patch(left.Port, right.Port, largeFrames: 16);
        var before = long.Parse(right.Network.Exec("cat /sys/class/net/eth0/statistics/rx_packets"));

        var frames = Conversation.Hold(
            patch, left.Network, left.Port, right.Network, right.Port, Conversation.TcpReceiver, Conversation.TcpSender, "10.9.0.2", Bytes.ToString());

        // What the sender gave singly arrived in fewer, larger frames.
        var received = long.Parse(right.Network.Exec("cat /sys/class/net/eth0/statistics/rx_packets")) - before;
        Assert.InRange(received, 1, frames.Count(f => f.Length == 1514) * 3 / 4);
        Assert.Equal(0, patch.SuperFrameCount);
    }

    [SkippableFact]
    public void Tcp_InterfaceThatCannotCut_IsGivenSuperFramesThatTheKernelCuts()
    {
        Requires.Tool("ethtool");
        using var left = new Pod(isTap: false, 1);
        using var right = new Pod(isTap: false, 2);
        right.Host.Exec("ethtool -K cali0 tx off tso off gso off sg off");
        using var patch = new Patch(left.Port, right.Port, largeFrames: 16);

        var frames = Conversation.Hold(
            patch, left.Network, left.Port, right.Network, right.Port, Conversation.TcpReceiver, Conversation.TcpSender, "10.9.0.2", "5000000");

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(patch.SuperFrameCount, 1, int.MaxValue);
    }

    [SkippableFact]
    public void Tcp_InterfaceWithAQueueingDiscipline_GetsFramesOfTheMtu()
    {
        Requires.Tool("tc");
        using var veth = new VethPair();
        veth.Host.Exec("tc qdisc add dev cali0 root pfifo limit 1000");
        using var harness = new PortHarness(largeFrames: 4);
        using var port = veth.OpenPort();
        Assert.True(harness.Pool.TryRentLarge(out var frame));
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(4000, TcpFlags.Ack)));
        bytes.CopyTo(frame.Reset(harness.Pool, bytes.Length));
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16), out var plan));
        VirtioSegmentation.Mark(frame, SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1448, 34, 16), plan);

        Assert.False(port.TakesSuperFrame(frame));
        harness.Pool.Return(frame);
    }

    [SkippableFact]
    public void Tcp_ReceiverWithoutOffloads_GetsFramesOfTheMtu()
    {
        Requires.Tool("ethtool");
        var (frames, whole) = Exchange(
            false,
            false,
            (_, right) => right.Exec("ethtool -K eth0 rx off tso off gso off gro off"),
            Conversation.TcpReceiver,
            Conversation.TcpSender,
            "10.9.0.2",
            "5000000");

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(whole, 1, int.MaxValue);
    }

    [SkippableFact]
    public void Tcp_InTheKernelsVxlan_CrossesInSuperFrames()
    {
        static void Configure(TestNamespace pod, string own, string remote, string address)
        {
            pod.Ip($"link add vx0 mtu 1450 type vxlan id 4096 dstport 4789 local {own} remote {remote} nolearning");
            pod.Ip("link set vx0 up");
            pod.Ip($"addr add {address}/24 dev vx0");
        }

        var (frames, whole) = Exchange(
            false,
            true,
            (left, right) =>
            {
                Configure(left, "10.9.0.1", "10.9.0.2", "10.77.0.1");
                Configure(right, "10.9.0.2", "10.9.0.1", "10.77.0.2");
            },
            Conversation.TcpReceiver,
            Conversation.TcpSender,
            "10.77.0.2",
            "10000000");

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(whole, 1, int.MaxValue);
    }
}
