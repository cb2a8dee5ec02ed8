using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>
/// Two pods whose veth interfaces have every offload on, as they come, and a patch of two ports between them. What the kernels leave undone must be done on
/// the way: the receiving kernel takes a frame from a packet socket at its word.
/// </summary>
/// <remarks>left: eth0 10.9.0.1/24 ---- cali0, port | patch | port, cali0 ---- right: eth0 10.9.0.2/24.</remarks>
public class AfPacketOffloadTests
{
    private static List<byte[]> Exchange(Action<TestNamespace, TestNamespace> configure, string receiver, string sender, params string[] arguments)
    {
        using var left = new VethPair();
        using var right = new VethPair();
        left.Pod.Ip("addr add 10.9.0.1/24 dev eth0");
        right.Pod.Ip("link set eth0 address 02:00:00:00:00:02");
        right.Pod.Ip("addr add 10.9.0.2/24 dev eth0");
        configure(left.Pod, right.Pod);
        using var leftPort = left.OpenPort();
        using var rightPort = right.OpenPort();
        return Conversation.Hold(left.Pod, leftPort, right.Pod, rightPort, receiver, sender, arguments);
    }

    [SkippableFact]
    public void Tcp_WithOffloadsAsTheyCome_ArrivesWholeInFramesOfTheMtu()
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
    public void SuperFrame_WithVlanTag_KeepsItInEverySegment()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var sender = new OffloadSender(veth.Pod, "eth0");
        const int transportStart = 38;
        var frame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(4000, TcpFlags.Ack)), 0x0064);
        byte[] header = [1, VirtioNetHeader.GsoTcp4, .. new byte[8]];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), transportStart + 32);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 1448);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), transportStart);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), 16);

        Assert.True(sender.TrySend([.. header, .. frame]));
        var frames = harness.ReceiveAll(port);

        Assert.Equal(3, frames.Count);
        Assert.All(frames, f => Assert.Equal("81000064", Convert.ToHexString(f.AsSpan(12, 4))));
        Assert.Equal(1518, frames.Max(f => f.Length));
        Assert.All(frames, f => Assert.Equal(0xffff, WireTruth.NaiveTransportSum(f.AsSpan(18))));
    }

    [SkippableFact]
    public void Tcp_InTheKernelsVxlan_IsCutInsideOfTheTunnel()
    {
        static void Configure(TestNamespace pod, string own, string remote, string address)
        {
            pod.Ip($"link add vx0 mtu 1450 type vxlan id 4096 dstport 4789 local {own} remote {remote} nolearning");
            pod.Ip("link set vx0 up");
            pod.Ip($"addr add {address}/24 dev vx0");
        }

        var frames = Exchange(
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
        Assert.InRange(frames.Count(f => f.Length == 1514), 10_000_000 / 1398 * 9 / 10, int.MaxValue);
    }

    [SkippableFact]
    public void Udp_Segmented_ArrivesAsDatagrams()
    {
        var frames = Exchange((_, _) => { }, Conversation.UdpReceiver, Conversation.UdpSender, "10.9.0.2");

        Assert.Equal(40, frames.Count(f => f.Length == 1042));
    }

    [SkippableFact]
    public void SuperFrame_VectorOrPoolRunsOut_IsContinuedByTheNextCalls()
    {
        using var veth = new VethPair();
        veth.Pod.Ip("addr add 10.9.0.1/24 dev eth0");
        veth.Pod.Ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
        using var tiny = new PortHarness(frames: 7);
        using var port = veth.OpenPort();
        Shell.Run("ip", "netns", "exec", veth.Pod.Name, "/usr/bin/python3", "-c", Conversation.UdpSender, "10.9.0.2");

        var frames = tiny.ReceiveAll(port);

        Assert.Equal(40, frames.Count);
        Assert.Equal(40, frames.Select(Convert.ToHexString).Distinct().Count());
        WireTruth.AssertFlawless(frames);
        Assert.Equal(40, port.Counters.ReceivedFrames);
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }
}
