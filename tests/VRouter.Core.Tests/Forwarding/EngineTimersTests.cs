using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>
/// An engine says when it has something to do: one that is called only then does the same, at the same times, as one that is called every millisecond. Times are milliseconds.
/// </summary>
public sealed class EngineTimersTests
{
    private const long Millisecond = 1_000_000;
    private const string RouterMac = "fa:16:3e:02:8b:17";
    private const string PodMac = "3a:1d:1e:91:f5:9e";

    [Fact]
    public void NextTimer_NothingIsUnderWay_IsNever()
    {
        using var node = new Node();

        Assert.Equal(long.MaxValue, node.Engine.NextTimer);
        node.Engine.Tick(5 * Millisecond);
        Assert.Equal(long.MaxValue, node.Engine.NextTimer);
    }

    [Fact]
    public void NextTimer_ANeighborIsAskedFor_IsTheNextRequestAndAtTheEndNever()
    {
        using var node = new Node();
        var times = new List<long>();
        node.Receive(WalkerNode.BusyboxPort, Datagram("172.16.6.9"), 0);
        for (var next = node.Engine.NextTimer; next < long.MaxValue; next = node.Engine.NextTimer)
        {
            times.Add(next / Millisecond);
            node.Engine.Tick(next);
        }

        // RFC 1122 §2.3.2.1: one request a second. Then the sender is told, and asked for in the same way; both count as unreachable for a minute.
        Assert.Equal([1000, 2000, 3000, 4000, 5000, 6000, 63_000, 66_000], times);
    }

    [Fact]
    public void NextTimer_ADatagramIsIncomplete_IsItsTimeout()
    {
        using var node = new Node();
        node.Receive(WalkerNode.UplinkPort, Fragment(7, isFirst: false), 20 * Millisecond);

        Assert.Equal(15_020 * Millisecond, node.Engine.NextTimer);
        node.Engine.Tick(15_019 * Millisecond);
        Assert.Equal(1, node.Held);
        node.Engine.Tick(15_020 * Millisecond);
        Assert.Equal(0, node.Held);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Tick_OnlyWhenSomethingIsDue_DoesTheSameAsEveryMillisecond(int seed)
    {
        var random = new Random(seed);
        using Node often = new(), seldom = new();
        var ticks = 0;
        for (var time = 1L; time < 200_000; time++)
        {
            var now = time * Millisecond;
            if (random.Next(800) == 0)
            {
                var (port, frame) = Any(random);
                often.Receive(port, frame, now);
                seldom.Receive(port, frame, now);
            }

            often.Tick(now);
            if (seldom.Engine.NextTimer <= now)
            {
                seldom.Tick(now);
                ticks++;
            }
        }

        Assert.True(often.Sent.Count > 200, $"{often.Sent.Count} frames were sent");
        Assert.Equal(often.Sent, seldom.Sent);
        Assert.Equal(often.Engine.Neighbors.Snapshot(), seldom.Engine.Neighbors.Snapshot());
        Assert.Equal(often.Held, seldom.Held);
        Assert.InRange(ticks, 50, 2_000);
    }

    private static (int Port, byte[] Frame) Any(Random random) => random.Next(4) switch
    {
        0 => (WalkerNode.UplinkPort, Fragment((ushort)random.Next(4), isFirst: random.Next(2) == 0)),
        1 => (WalkerNode.UplinkPort, Answer(random.Next(5))),
        _ => (WalkerNode.BusyboxPort, Datagram($"172.16.6.{1 + random.Next(6)}")),
    };

    private static byte[] Datagram(string destination) => FrameBuilder.Ethernet(PodMac, MacAddress.WorkloadGateway.ToString(), FrameBuilder.IPv4(
        WalkerNode.BusyboxAddress, destination, IpProtocol.Udp, FrameBuilder.Udp(WalkerNode.BusyboxAddress, destination, 1, 2, [1, 2, 3, 4])));

    private static byte[] Answer(int neighbor) => FrameBuilder.Ethernet(MacOf(neighbor), MacAddress.Parse(RouterMac), EtherType.Arp, FrameBuilder.Arp(
        2, MacOf(neighbor).ToString(), $"172.16.6.{1 + neighbor}", RouterMac, WalkerNode.NodeAddress));

    private static MacAddress MacOf(int neighbor) => MacAddress.Parse($"02:00:00:00:00:1{neighbor}");

    // The first, or last, of a VXLAN packet from the peer. Nobody is told of one that lacks the first (RFC 1122 §3.3.2).
    private static byte[] Fragment(ushort identification, bool isFirst) => FrameBuilder.Ethernet("02:00:00:00:00:09", RouterMac, FrameBuilder.IPv4(
        WalkerNode.Walker2Address, WalkerNode.NodeAddress, IpProtocol.Udp, FrameBuilder.Udp(WalkerNode.Walker2Address, WalkerNode.NodeAddress, 5, 4789, new byte[56]),
        identification: identification, moreFragments: isFirst, fragmentOffset: isFirst ? 0 : 128));

    private sealed class Node : IFrameTransmitter, IDisposable
    {
        private readonly FramePool pool = new(1024);
        private long now;

        public Node() => Engine = new ForwardingEngine(pool, this, new EngineOptions()) { Tables = new WalkerNode().Build() };

        public ForwardingEngine Engine { get; }

        public List<string> Sent { get; } = [];

        public int Held => pool.Outstanding;

        public void Receive(int port, byte[] bytes, long time)
        {
            now = time;
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            frame.Metadata.ReceivedAt = time;
            var vector = new FrameVector();
            vector.Add(frame);
            Engine.Process(port, vector, time);
        }

        public void Tick(long time)
        {
            now = time;
            Engine.Tick(time);
        }

        public void Transmit(int port, FrameVector vector)
        {
            vector.Verdicts.Fill(Verdict.Transmit);
            foreach (var frame in vector.Frames)
                Sent.Add($"{now / Millisecond} {port} {Convert.ToHexString(frame.Bytes)}");
        }

        public void Dispose()
        {
            Engine.Flush(now);
            Assert.Equal(0, pool.Outstanding);
            pool.Dispose();
        }
    }
}
