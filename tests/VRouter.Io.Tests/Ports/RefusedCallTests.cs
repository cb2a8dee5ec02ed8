using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Offload;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;
using VRouter.TestKit;

namespace VRouter.Io.Tests.Ports;

/// <summary>What older kernels, or those that give no right, refuse: a port says so, and does without.</summary>
public sealed class RefusedCallTests
{
    private const int Workers = 3;
    private const int Flows = 24;
    private const int Reader = 1;
    private const string PodMac = "02:00:00:00:00:01";

    private const string Sender = """
        import socket, sys
        for flow in range(int(sys.argv[1])):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('10.9.0.1', 20000 + flow))
            s.sendto(bytes(4), ('10.9.0.2', 7))
        """;

    [SkippableTheory]
    [InlineData("bpf(load)", "CAP_BPF")]
    [InlineData("ioctl(TUNSETSTEERINGEBPF)", "EINVAL")]
    public void TapOfSeveralWorkers_WithoutASteeringProgram_IsReadByOneAndWrittenByAll(string call, string reason)
    {
        using var pod = new TestNamespace();
        using var harness = new PortHarness();
        var options = new TapOptions("eth0") { NetworkNamespace = pod.Name, Mac = MacAddress.Parse(PodMac) };
        var ports = Find(call).During(() => TapPort.CreateShared(options, Workers, Reader)).OrThrow();
        pod.Ip("addr add 10.9.0.1/24 dev eth0");
        pod.Ip("neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");

        Assert.All(ports, port => Assert.Equal("tso uso, one reader", port.Mode));
        Assert.All(ports, port => Assert.Contains(reason, port.Limitation, StringComparison.Ordinal));
        Assert.Equal([false, true, false], ports.Select(port => port.Descriptor >= 0));
        Shell.Run("ip", "netns", "exec", pod.Name, "/usr/bin/python3", "-c", Sender, $"{Flows}");
        var received = ports.Select(port => harness.ReceiveAll(port).Count(frame => frame.Length == 46 && frame[23] == IpProtocol.Udp)).ToList();
        Assert.Equal([0, Flows, 0], received);
        var before = ReceivedBy(pod);
        Assert.All(ports, port => Assert.Equal([Verdict.Transmit], harness.Send(port, Datagram())));
        Assert.Equal(before + Workers, ReceivedBy(pod));

        foreach (var port in ports)
            port.Dispose();
        Assert.DoesNotContain("eth0", pod.Ip("link show"));
    }

    [SkippableTheory]
    [InlineData("bpf(load)", "CAP_BPF")]
    [InlineData("bpf(link)", "6.6")]
    public void PacketPortForTunnels_WithoutAProgramAtTheHook_SendsTheirSegments(string call, string reason)
    {
        using var veth = new VethPair();
        using var receiver = new PortHarness();
        using var harness = new PortHarness(largeFrames: 1);
        using var far = veth.OpenPodPort();
        using var port = Find(call).During(() => AfPacketPort.Open("cali0", veth.Host.Name, withTunnels: true)).OrThrow();
        Assert.StartsWith("whole, but cut in tunnels: ", port.SuperFrameMode, StringComparison.Ordinal);
        Assert.Contains(reason, port.SuperFrameMode, StringComparison.Ordinal);
        Assert.False(port.SendsTunnelsWhole);

        // A super-frame in IPIP, and one of segments that are not in a tunnel.
        const int Payload = 20_000, SegmentSize = 1380;
        var inner = SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(Payload, TcpFlags.Ack));
        var tunnel = Send(harness, port, SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, inner)), 14 + 20 + 20, out var takesTunnel);
        var plain = Send(harness, port, SuperFrame.Ethernet(inner), 14 + 20, out var takesPlain);

        Assert.False(takesTunnel);
        Assert.True(takesPlain);
        Assert.Equal(15, tunnel.Count);
        var arrived = receiver.ReceiveCount(far, tunnel.Count + plain.Count);
        Assert.Equal(tunnel.Select(Convert.ToHexString), arrived.Take(tunnel.Count).Select(Convert.ToHexString));
        WireTruth.AssertFlawless(arrived);

        static List<byte[]> Send(PortHarness harness, AfPacketPort port, byte[] bytes, int transport, out bool takesWhole)
        {
            new byte[] { 2, 0, 0, 0, 0, 1 }.CopyTo(bytes, 0);
            var header = SuperFrame.Header(VirtioNetHeader.GsoTcp4, SegmentSize, transport, 16);
            Assert.True(harness.Pool.TryRentLarge(out var frame));
            bytes.CopyTo(frame.Reset(harness.Pool, bytes.Length));
            Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, header, out var plan));
            VirtioSegmentation.Mark(frame, header, plan);
            takesWhole = port.TakesSuperFrame(frame);
            var vector = new FrameVector();
            vector.Add(frame);
            new SegmentingTransmitter(harness.Pool).Transmit(port, vector);
            Assert.Equal(Verdict.Transmit, vector.Verdicts[0]);
            harness.Pool.Return(frame);
            List<byte[]> segments = [];
            for (var i = 0; i < plan.Count; i++)
            {
                segments.Add(new byte[plan.LengthOf(i)]);
                plan.Write(i, bytes, segments[i]);
            }

            return segments;
        }
    }

    [SkippableFact]
    public void PacketPorts_WithoutXdpSockets_SendByPacketSockets()
    {
        using var veth = new VethPair();
        using var far = veth.OpenPodPort();
        using var harness = new PortHarness();
        using var receiver = new PortHarness();
        var ports = RefusedCall.NoXdpSockets.During(() => AfPacketPort.OpenShared("cali0", Workers, veth.Host.Name)).OrThrow();

        Assert.All(ports, port => Assert.Equal("sendmmsg", port.SendMethod));
        Assert.All(ports, port => Assert.Equal([Verdict.Transmit], harness.Send(port, Datagram())));
        Assert.All(receiver.ReceiveCount(far, Workers), frame => Assert.Equal(Datagram(), frame));
        foreach (var port in ports)
            port.Dispose();
    }

    [SkippableTheory]
    [InlineData("socket(AF_XDP)", "EAFNOSUPPORT")]
    [InlineData("bpf(load)", "CAP_BPF")]
    [InlineData("bpf(link)", "EINVAL")]
    public void XdpPort_KernelRefuses_SaysWhyAndLeavesNothing(string call, string reason)
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        var memory = new XdpMemory(harness.Pool);
        var options = new AfXdpOptions { NetworkNamespace = veth.Host.Name, ReadyFrames = 256 };

        var error = Find(call).During(() => AfXdpPort.Open("cali0", memory, options)).Error;

        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, memory.Reserved);
        Assert.DoesNotContain("xdp", veth.Host.Ip("link show cali0"));
        // The next attempt finds the queue free, once the kernel has freed it.
        using var port = AfXdpPort.Open("cali0", memory, options).OrThrow();
        Assert.Equal(PortState.Up, port.State);
    }

    private static RefusedCall Find(string name) =>
        new[] { RefusedCall.LoadWithoutRight, RefusedCall.UnknownHook, RefusedCall.UnknownSteering, RefusedCall.NoXdpSockets }.Single(call => call.Name == name);

    private static int ReceivedBy(TestNamespace pod) => int.Parse(pod.Exec("cat /sys/class/net/eth0/statistics/rx_packets"));

    private static byte[] Datagram() => FrameBuilder.Ethernet(
        "02:00:00:00:00:02", PodMac, FrameBuilder.IPv4("10.9.0.2", "10.9.0.1", IpProtocol.Udp, FrameBuilder.Udp("10.9.0.2", "10.9.0.1", 7, 20000, [1, 2, 3, 4])));
}
