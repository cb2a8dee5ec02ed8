using VRouter.Core.Graph;
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
    private const string Receiver = """
        import hashlib, socket, sys
        s = socket.create_server(('0.0.0.0', 5001))
        print('ready', flush=True)
        c, _ = s.accept()
        h = hashlib.sha256()
        while d := c.recv(1 << 16):
            h.update(d)
        print(h.hexdigest())
        """;

    private const string Sender = """
        import hashlib, random, socket, sys
        d = random.Random(1).randbytes(int(sys.argv[2]))
        s = socket.create_connection((sys.argv[1], 5001), timeout=20)
        s.sendall(d)
        s.close()
        print(hashlib.sha256(d).hexdigest())
        """;

    private const string UdpReceiver = """
        import hashlib, socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(('0.0.0.0', 5001))
        s.settimeout(20)
        print('ready', flush=True)
        d = [s.recv(65535) for _ in range(40)]
        print(hashlib.sha256(b''.join(d)).hexdigest(), sorted({len(x) for x in d}))
        """;

    private const string UdpSender = """
        import hashlib, random, socket, sys
        d = random.Random(2).randbytes(40 * 1000)
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(17, 103, 1000)  # SOL_UDP, UDP_SEGMENT
        s.connect((sys.argv[1], 5001))
        s.send(d)
        print(hashlib.sha256(d).hexdigest(), [1000])
        """;

    private static List<byte[]> Exchange(Action<TestNamespace, TestNamespace> configure, string receiver, string sender, params string[] arguments)
    {
        Requires.Tool("python3");
        using var left = new VethPair();
        using var right = new VethPair();
        left.Pod.Ip("addr add 10.9.0.1/24 dev eth0");
        right.Pod.Ip("link set eth0 address 02:00:00:00:00:02");
        right.Pod.Ip("addr add 10.9.0.2/24 dev eth0");
        configure(left.Pod, right.Pod);
        using var leftPort = left.OpenPort();
        using var rightPort = right.OpenPort();
        using var patch = new Patch(leftPort, rightPort);

        using var server = Shell.Start("ip", "netns", "exec", right.Pod.Name, "/usr/bin/python3", "-c", receiver);
        Assert.Equal("ready", server.StandardOutput.ReadLine());
        var sent = Shell.Run("ip", ["netns", "exec", left.Pod.Name, "/usr/bin/python3", "-c", sender, .. arguments]);
        Assert.Equal(sent, Shell.Finish(server));

        var frames = patch.Stop();
        foreach (var port in new[] { leftPort, rightPort })
        {
            port.Refresh();
            // On a loaded machine the ring may overflow, which TCP repairs; nothing else may go wrong.
            foreach (var reason in DropReasons.All.Except([DropReason.RxRingFull]))
            {
                Assert.Equal((reason, 0), (reason, port.Counters.ReceiveDropsOf(reason)));
                Assert.Equal((reason, 0), (reason, port.Counters.TransmitDropsOf(reason)));
            }
        }

        WireTruth.AssertFlawless(frames);
        return frames;
    }

    [SkippableFact]
    public void Tcp_WithOffloadsAsTheyCome_ArrivesWholeInFramesOfTheMtu()
    {
        const int bytes = 20_000_000;
        var frames = Exchange((_, _) => { }, Receiver, Sender, "10.9.0.2", bytes.ToString());

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
            Receiver,
            Sender,
            "10.9.0.2",
            "5000000");
    }

    [SkippableFact]
    public void Tcp_OverVlan_KeepsItsTagInEverySegment()
    {
        static void Configure(TestNamespace pod, string address)
        {
            Requires.That(pod.TryIp("link add link eth0 name eth0.100 type vlan id 100"), "needs a kernel with VLAN devices", isOfTheKernel: true);
            pod.Ip("link set eth0.100 up");
            pod.Ip($"addr add {address}/24 dev eth0.100");
        }

        var frames = Exchange(
            (left, right) =>
            {
                Configure(left, "10.9.100.1");
                Configure(right, "10.9.100.2");
            },
            Receiver,
            Sender,
            "10.9.100.2",
            "5000000");

        Assert.All(frames, frame => Assert.Equal("81000064", Convert.ToHexString(frame.AsSpan(12, 4))));
        Assert.Equal(1518, frames.Max(f => f.Length));
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
            Receiver,
            Sender,
            "10.77.0.2",
            "10000000");

        Assert.Equal(1514, frames.Max(f => f.Length));
        Assert.InRange(frames.Count(f => f.Length == 1514), 10_000_000 / 1398 * 9 / 10, int.MaxValue);
    }

    [SkippableFact]
    public void Udp_Segmented_ArrivesAsDatagrams()
    {
        var frames = Exchange((_, _) => { }, UdpReceiver, UdpSender, "10.9.0.2");

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
        Shell.Run("ip", "netns", "exec", veth.Pod.Name, "/usr/bin/python3", "-c", UdpSender, "10.9.0.2");

        var frames = tiny.ReceiveAll(port);

        Assert.Equal(40, frames.Count);
        Assert.Equal(40, frames.Select(Convert.ToHexString).Distinct().Count());
        WireTruth.AssertFlawless(frames);
        Assert.Equal(40, port.Counters.ReceivedFrames);
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }
}
