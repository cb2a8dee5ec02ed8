using VRouter.Core.Frames;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Fused;

/// <summary>Holds the fused path to its specification, the graph.</summary>
public sealed class FusedForwardTests
{
    private const long Millisecond = 1_000_000;
    private const int Rounds = 150;

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 7, true)]
    [InlineData(3, 32, false)]
    [InlineData(4, FrameVector.MaxCount, false)]
    [InlineData(5, FrameVector.MaxCount, true)]
    public void Process_AnyTraffic_GivesWhatTheGraphGives(int seed, int vectorSize, bool strictVxlan)
    {
        using var pair = new CrossroadsPair(strictVxlan);
        var traffic = new CrossroadsTraffic(seed);
        var now = Millisecond;
        int taken = 0, left = 0;
        var rounds = vectorSize < FrameVector.MaxCount ? Rounds * 8 : Rounds;
        for (var round = 0; round < rounds; round++)
        {
            var port = traffic.Next(CrossroadsNode.Ports);
            traffic.Rarity = 1 << traffic.Next(8);
            var took = pair.Process(
                [.. Enumerable.Range(0, vectorSize).Select(number => (traffic.Frame(port), traffic.Once(50) ? (uint)number + 1 : 0u))], port, now);
            taken += took.Count(took => took);
            left += took.Count(took => !took);

            if (traffic.Next(10) == 0)
                pair.Publish(moved: traffic.Next(2) == 0);

            // What is remembered of neighbors holds for some rounds.
            foreach (var (neighborPort, address) in CrossroadsNode.Answering.Where(_ => round % 4 == 0 && !traffic.Once(5)))
                pair.Process([(CrossroadsTraffic.ArpReply(neighborPort, address, traffic.Next(2)), 0)], neighborPort, now);

            now += traffic.Next(1200) * Millisecond;
            pair.Tick(now);
        }

        // Both ways were taken, often.
        Assert.InRange(taken, rounds * vectorSize / 10, rounds * vectorSize);
        Assert.InRange(left, rounds * vectorSize / 10, rounds * vectorSize);
        pair.Flush(now);
    }

    [Fact]
    public void Process_FlowsThatTheGraphGetsPartOf_KeepTheirOrder()
    {
        using var router = new CrossroadsRouter(fused: true);
        var tables = new CrossroadsNode().Build(strictVxlan: false);
        var random = new Random(6);
        string[] destinations = ["8.8.8.8", "192.168.1.5", "192.168.2.5", "192.168.4.5", "192.168.0.11"];
        foreach (var (port, address) in CrossroadsNode.Answering)
        {
            router.Process([(Frame("8.8.8.8", 0, options: false), 0), (Frame("192.168.1.5", 0, options: false), 0)], CrossroadsNode.StrictPod, tables, Millisecond);
            router.Process([(CrossroadsTraffic.ArpReply(port, address), 0)], port, tables, Millisecond);
            router.Tick(tables, Millisecond);
        }

        router.TakeOutput();
        var taken = 0;
        for (var round = 0; round < 20; round++)
        {
            var sent = new Dictionary<string, List<int>>();
            var frames = new List<(byte[], uint)>();
            for (ushort number = 1; number <= FrameVector.MaxCount; number++)
            {
                var destination = destinations[random.Next(destinations.Length)];
                frames.Add((Frame(destination, number, options: random.Next(40) == 0), random.Next(40) == 0 ? 1u : 0u));
                sent.TryAdd(destination, []);
                sent[destination].Add(number);
            }

            taken += router.Process(frames, CrossroadsNode.StrictPod, tables, Millisecond).Count(took => took);
            var received = destinations.ToDictionary(destination => destination, _ => new List<int>());
            foreach (var frame in router.SentBy(CrossroadsNode.Uplink).Concat(router.SentBy(CrossroadsNode.LaxPod)))
            {
                var packet = IPv4Header.At(InnermostPacket(frame));
                received[packet.Destination.ToString()].Add(packet.Identification);
            }

            Assert.Equal(sent.OrderBy(flow => flow.Key), received.OrderBy(flow => flow.Key));
            router.TakeOutput();
        }

        Assert.InRange(taken, 20 * FrameVector.MaxCount / 10, (20 * FrameVector.MaxCount) - 1);
        router.Flush(tables, Millisecond);

        static byte[] Frame(string destination, ushort number, bool options)
        {
            var packet = FrameBuilder.IPv4("192.168.0.10", destination, IpProtocol.Tcp, FrameBuilder.Pattern(20), identification: number);
            packet = options ? FrameBuilder.WithOptions(packet, [1, 1, 1, 0]) : packet;
            return FrameBuilder.Ethernet(CrossroadsNode.PodMac, MacAddress.WorkloadGateway, EtherType.IPv4, packet);
        }

        static Span<byte> InnermostPacket(byte[] frame)
        {
            var packet = frame.AsSpan(EthernetHeader.Size);
            return IPv4Header.At(packet).Protocol switch
            {
                IpProtocol.IPv4 => packet[Tunnel.IpipOverhead..],
                IpProtocol.Udp => packet[Tunnel.VxlanOverhead..],
                _ => packet,
            };
        }
    }
}
