using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Ports.Tap;
using VRouter.Io.Tests.Support;
using VRouter.TestKit;

namespace VRouter.Io.Tests.Ports;

/// <summary>Ports of several workers on one TAP device.</summary>
public sealed class TapSharedTests : IDisposable
{
    private const int Workers = 3;
    private const int Flows = 48;
    private const string PodMac = "02:00:00:00:00:01";

    // Sends a datagram for each flow and round; what a flow is, its source port says.
    private const string Sender = """
        import socket, sys
        flows, first, last = map(int, sys.argv[1:])
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(flows)]
        for flow, s in enumerate(sockets):
            s.bind(('10.9.0.1', 20000 + flow))
        for round in range(first, last):
            for s in sockets:
                s.sendto(round.to_bytes(4, 'big'), ('10.9.0.2', 7))
        """;

    private readonly TestNamespace pod = new();
    private readonly PortHarness harness = new(4096);
    private IReadOnlyList<TapPort> ports = [];

    public void Dispose()
    {
        foreach (var port in ports)
            port.Dispose();
        harness.Dispose();
        pod.Dispose();
    }

    [SkippableFact]
    public void Receive_WhileOtherWorkersWriteTheFlows_EachFlowStaysAtOneWorkerInOrder()
    {
        Open();
        var received = Enumerable.Range(0, Workers).Select(_ => new List<(int Flow, int Number)>()).ToArray();
        const int rounds = 24;
        for (var round = 0; round < rounds; round += 4)
        {
            Shell.Run("ip", "netns", "exec", pod.Name, "/usr/bin/python3", "-c", Sender, $"{Flows}", $"{round}", $"{round + 4}");
            // Written by each worker in turn: the kernel's own steering would move the flow there.
            foreach (var flow in Enumerable.Range(0, Flows))
                harness.Send(ports[(flow + (round / 4)) % Workers], Answer(flow));
            Collect(received, Flows * 4);
        }

        var workerOf = new Dictionary<int, int>();
        for (var worker = 0; worker < Workers; worker++)
        {
            foreach (var flow in received[worker].GroupBy(frame => frame.Flow))
            {
                Assert.True(workerOf.TryAdd(flow.Key, worker), $"flow {flow.Key} came to workers {workerOf[flow.Key]} and {worker}");
                Assert.Equal(Enumerable.Range(0, rounds), flow.Select(frame => frame.Number));
            }
        }

        Assert.Equal(Flows, workerOf.Count);
        Assert.All(received, frames => Assert.NotEmpty(frames));
        Assert.Equal(Workers, ports.Count(port => port.Descriptor >= 0));
        Assert.All(ports, port => Assert.Equal(("tso uso, multi-queue", null), (port.Mode, port.Limitation)));
    }

    [SkippableFact]
    public void Receive_FragmentsAndArp_KeepTogether()
    {
        Open();
        pod.Ip("neigh del 10.9.0.2 dev eth0");
        Shell.Run("ip", "netns", "exec", pod.Name, "/usr/bin/python3", "-c", "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('10.9.0.2', 7))");
        Assert.Equal(1, Poll.Wait(5000, ports[0].Descriptor));
        Assert.Equal([8, 6], Assert.Single(harness.Receive(ports[0])).AsSpan(12, 2).ToArray());

        pod.Ip($"neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
        const string fragments = """
            import socket
            for port in range(20000, 20030):
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.bind(('10.9.0.1', port))
                s.sendto(bytes(4000), ('10.9.0.2', 7))
            """;
        Shell.Run("ip", "netns", "exec", pod.Name, "/usr/bin/python3", "-c", fragments);
        var counts = ports.Select(port => harness.ReceiveAll(port).Count(frame => frame[12] == 8 && (frame[20] & 0x3f | frame[21]) != 0)).Order().ToList();
        Assert.Equal([0, 0, 90], counts);
    }

    [SkippableFact]
    public void Transmit_ByAnyWorker_ReachesThePodAndTheDeviceEndsWithTheLastPort()
    {
        Open();
        foreach (var (flow, port) in ports.Index())
            Assert.Equal([Verdict.Transmit], harness.Send(port, Answer(flow)));
        var counters = pod.Ip("-s -o link show eth0");
        Assert.Contains(" 3 ", counters[counters.IndexOf("RX:", StringComparison.Ordinal)..]);

        ports[0].Dispose();
        ports[2].Dispose();
        Assert.Contains("eth0", pod.Ip("link show"));
        Assert.Equal([Verdict.Transmit], harness.Send(ports[1], Answer(0)));
        ports[1].Dispose();
        Assert.DoesNotContain("eth0", pod.Ip("link show"));
    }

    [SkippableFact]
    public void Create_NameTaken_IsRefusedWithoutAnotherTry()
    {
        pod.Ip("tuntap add dev eth0 mode tap multi_queue");

        var error = TapPort.CreateShared(new TapOptions("eth0") { NetworkNamespace = pod.Name }, Workers, 0).Error;

        Assert.Equal(Errno.EBUSY, error.Errno);
        Assert.Contains("eth0", pod.Ip("link show"));
    }

    // As where the kernel has no programs for this: one reads, all write.
    [SkippableFact]
    public void CreateOne_ForSeveralWorkers_HasOneQueue()
    {
        NetworkNamespace.Run<int>(pod.Name, () =>
        {
            using var queues = TapQueues.CreateOne("eth0", Workers).OrThrow();
            Assert.Equal((Workers, "tso uso, one reader"), (queues.Descriptors.Count, queues.Mode));
            Assert.DoesNotContain("multi_queue", pod.Ip("-d link show eth0"));
            return 0;
        }).OrThrow();
        Assert.DoesNotContain("eth0", pod.Ip("link show"));
    }

    private void Open()
    {
        ports = TapPort.CreateShared(new TapOptions("eth0") { NetworkNamespace = pod.Name, Mac = MacAddress.Parse(PodMac) }, Workers, 0).OrThrow();
        pod.Ip("addr add 10.9.0.1/24 dev eth0");
        pod.Ip("neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
    }

    private void Collect(List<(int Flow, int Number)>[] received, int count)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (count > 0)
        {
            Assert.True(waited.Elapsed < Shell.Limit, $"{count} datagrams are missing");
            Poll.Wait(100, [.. ports.Select(port => port.Descriptor)]);
            for (var worker = 0; worker < Workers; worker++)
            {
                // What else the pod's kernel sends is not ours.
                foreach (var frame in harness.ReceiveAll(ports[worker]).Where(frame => frame.Length >= 46 && frame[23] == IpProtocol.Udp && frame[33] == 2))
                {
                    received[worker].Add((BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34)) - 20000, (int)BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(42))));
                    count--;
                }
            }
        }
    }

    // From the flow's far end. Nobody listens, which the pod's kernel says by ICMP.
    private static byte[] Answer(int flow)
    {
        byte[] datagram = [0, 7, .. new byte[6]];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)(20000 + flow));
        datagram[5] = 8;
        return FrameBuilder.Ethernet("02:00:00:00:00:02", PodMac, FrameBuilder.IPv4("10.9.0.2", "10.9.0.1", IpProtocol.Udp, datagram));
    }
}
