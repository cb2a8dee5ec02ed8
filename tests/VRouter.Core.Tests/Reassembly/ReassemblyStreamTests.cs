using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Reassembly;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>Long random streams of fragments, right and wrong ones.</summary>
public sealed class ReassemblyStreamTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Process_RandomFragments_DoesWhatANaiveReassemblyDoes(int seed)
    {
        var options = new ReassemblyOptions { Datagrams = 4000, SenderShare = 1, Distance = int.MaxValue, FragmentsPerDatagram = 1000, Frames = 4096, PoolShare = 1 };
        using var harness = new StageHarness(new FramePool(4096, largeCount: 1), new IPv4Reassemble(options)) { Tables = Shared };
        var naive = new NaiveReassembly(options.TimeoutNanoseconds);
        var random = new Random(seed);
        var (whole, refused) = (0, 0);
        List<byte[]> waiting = [];
        for (var round = 0; round < 6_000; round++)
        {
            if (waiting.Count < 8)
                waiting.AddRange(Datagram(random));
            var place = random.Next(waiting.Count);
            var fragment = waiting[place];
            waiting.RemoveAt(place);

            var (counters, packet) = naive.Take(fragment, harness.Now);
            var run = harness.Run(new TestFrame(fragment, Busybox));
            Assert.Equal(counters, run.Counters);
            Assert.Equal(packet, run.Outcomes.Count == 0 ? null : run.Single.Bytes);
            whole += packet is null ? 0 : 1;
            refused += counters.Contains("overlap", StringComparison.Ordinal) || counters.Contains("end", StringComparison.Ordinal) ? 1 : 0;

            harness.Now += random.Next(100) * Second / 100;
            var (incomplete, timeout) = (Count(DropReason.ReassemblyIncomplete), Count(DropReason.ReassemblyTimeout));
            harness.RunTimers();
            Assert.Equal(naive.Expire(harness.Now), (Count(DropReason.ReassemblyTimeout) - timeout, Count(DropReason.ReassemblyIncomplete) - incomplete));
        }

        Assert.InRange(whole, 300, 6_000);
        Assert.InRange(refused, 50, 6_000);

        int Count(DropReason reason) => (int)harness.Graph.Counters.DropsOf(reason);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Process_AnyFragments_StaysWithinBoundsAndComesBackToZero(int seed)
    {
        const int Share = 64;
        var random = new Random(seed);
        using var harness = new StageHarness(new FramePool(500, largeCount: 12), new IPv4Reassemble()) { Tables = Build(UplinkPort with { HasHostStack = false }) };
        for (var round = 0; round < 2000; round++)
        {
            var frames = Enumerable.Range(0, random.Next(1, 30)).Select(_ => new TestFrame(Any(random), random.Next(3)) { TunnelDepth = random.Next(2) }).ToArray();
            harness.Run(frames);
            Assert.InRange(harness.Pool.Outstanding, 0, Share);
            harness.Now += random.Next(4) == 0 ? random.Next(3) * Second : 0;
            harness.RunTimers();
        }

        harness.Now += 15 * Second;
        harness.RunTimers();
        Assert.Equal(0, harness.Pool.Outstanding);
        Assert.Equal(0, harness.Graph.Counters.Received.Held);
        Assert.InRange(harness.Graph.Counters.DropsOf(DropReason.FragmentsEvicted), 500, long.MaxValue);
    }

    // A datagram in pieces, of which some are lost, doubled, moved, or longer than they should be.
    private static IEnumerable<byte[]> Datagram(Random random)
    {
        var length = random.Next(10) == 0 ? random.Next(8, 40_000) : random.Next(8, 400);
        var packet = IPv4(
            BusyboxAddress, NodeAddress, random.Next(4) == 0 ? IpProtocol.Udp : IpProtocol.Icmp, Pattern(length), identification: (ushort)random.Next(2000), tosEcn: (byte)(random.Next(8) == 0 ? 1 : 0));
        var size = Math.Clamp(length / random.Next(1, 10) / 8 * 8, 8, 800);
        foreach (var piece in Pieces.Cut(packet, size))
        {
            if (!IPv4Header.At(piece).IsFragment || random.Next(60) == 0)
                continue;
            var odd = random.Next(25);
            if (odd == 0)
            {
                var start = random.Next(length) / 8 * 8;
                yield return Pieces.Of(packet, start, random.Next(start, Math.Min(length, start + (2 * size))), more: start == 0 || random.Next(4) > 0);
            }

            if (odd == 1)
                yield return piece;
            yield return odd == 2 ? Pieces.Marked(piece, (byte)random.Next(4)) : piece;
        }
    }

    private static byte[] Any(Random random)
    {
        byte[] protocols = [IpProtocol.Icmp, IpProtocol.IPv4, IpProtocol.Tcp, IpProtocol.Udp];
        var packet = IPv4(
            $"10.9.0.{random.Next(1, 6)}",
            NodeAddress,
            protocols[random.Next(4)],
            Pattern(random.Next(0, 60)),
            identification: (ushort)random.Next(40),
            moreFragments: random.Next(3) > 0,
            fragmentOffset: random.Next(8) == 0 ? random.Next(8192) * 8 : random.Next(8) * 8);
        return random.Next(5) == 0 ? WithOptions(packet, new byte[random.Next(1, 11) * 4]) : packet;
    }
}
