using VRouter.Io.Ports.AfXdp;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>
/// Two pods whose veth interfaces have every offload on, as they come, and a patch of two AF_XDP ports between them. The kernel cuts super-frames before they reach
/// an interface with XDP, but says nothing of checksums that it left undone: those the ports must find.
/// </summary>
/// <remarks>left: eth0 10.9.0.1/24 ---- cali0, port | patch | port, cali0 ---- right: eth0 10.9.0.2/24.</remarks>
public class AfXdpOffloadTests
{
    private static List<byte[]> Exchange(Action<TestNamespace, TestNamespace> configure, string receiver, string sender, params string[] arguments)
    {
        using var left = new VethPair();
        using var right = new VethPair();
        left.Pod.Ip("addr add 10.9.0.1/24 dev eth0");
        right.Pod.Ip("link set eth0 address 02:00:00:00:00:02");
        right.Pod.Ip("addr add 10.9.0.2/24 dev eth0");
        configure(left.Pod, right.Pod);
        using var harness = new PortHarness(frames: 4096);
        var memory = new XdpMemory(harness.Pool);
        using var leftPort = left.OpenXdpPort(memory, readyFrames: 1024);
        using var rightPort = right.OpenXdpPort(memory, readyFrames: 1024);
        return Conversation.Hold(harness, left.Pod, leftPort, right.Pod, rightPort, receiver, sender, arguments);
    }

    [SkippableFact]
    public void Tcp_WithOffloadsAsTheyCome_ArrivesWholeWithTrueChecksums()
    {
        const int bytes = 20_000_000;
        var frames = Exchange((_, _) => { }, Conversation.TcpReceiver, Conversation.TcpSender, "10.9.0.2", bytes.ToString());

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(frames.Count(f => f.Length == 1514), bytes / 1448 * 9 / 10, int.MaxValue);
    }

    [SkippableFact]
    public void Tcp_OffloadsOff_ArrivesWhole()
    {
        Requires.Tool("ethtool");
        Exchange(
            (left, right) =>
            {
                left.Exec("ethtool -K eth0 tx off tso off gso off gro off sg off");
                right.Exec("ethtool -K eth0 tx off tso off gso off gro off sg off");
            },
            Conversation.TcpReceiver,
            Conversation.TcpSender,
            "10.9.0.2",
            "5000000");
    }

    [SkippableFact]
    public void Tcp_InTheKernelsVxlan_HasTrueChecksumsInsideOfTheTunnel()
    {
        static void Configure(TestNamespace pod, string own, string remote, string address)
        {
            pod.Ip($"link add vx0 mtu 1450 type vxlan id 4096 dstport 4789 local {own} remote {remote} nolearning");
            pod.Ip("link set vx0 up");
            pod.Ip($"addr add {address}/24 dev vx0");
        }

        Exchange(
            (left, right) =>
            {
                Configure(left, "10.9.0.1", "10.9.0.2", "10.77.0.1");
                Configure(right, "10.9.0.2", "10.9.0.1", "10.77.0.2");
            },
            Conversation.TcpReceiver,
            Conversation.TcpSender,
            "10.77.0.2",
            "5000000");
    }

    [SkippableFact]
    public void Udp_Segmented_ArrivesAsDatagrams()
    {
        var frames = Exchange((_, _) => { }, Conversation.UdpReceiver, Conversation.UdpSender, "10.9.0.2");

        Assert.Equal(40, frames.Count(f => f.Length == 1042));
    }
}
