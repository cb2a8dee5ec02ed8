using VRouter.Core.Graph;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

public class FaultInjectingPortTests
{
    private const int Rounds = 400;
    private const int PerRound = 20;

    /// <summary>Sends numbered frames through a faulty link, one round per millisecond, and gives what arrives, with the round of arrival.</summary>
    private static List<(int Number, int Round, byte[] Bytes)> Run(FaultProfile profile, out FaultInjectingPort port, PortHarness harness)
    {
        var (sender, receiver) = MemoryPort.CreateWire("a", default, "b", default);
        port = new FaultInjectingPort(receiver, profile);
        List<(int, int, byte[])> arrivals = [];
        for (var round = 0; round < Rounds + 100; round++)
        {
            for (var i = 0; i < PerRound && round < Rounds; i++)
                harness.Send(sender, Numbered((round * PerRound) + i));
            foreach (var frame in harness.ReceiveHeld(port, round * 1_000_000L))
                arrivals.Add((BitConverter.ToInt32(frame), round, frame));
        }

        return arrivals;
    }

    private static byte[] Numbered(int number) => [.. BitConverter.GetBytes(number), .. new byte[60]];

    private static List<(int Number, int Round, byte[] Bytes)> Run(FaultProfile profile)
    {
        using var harness = new PortHarness(frames: 4096);
        var arrivals = Run(profile, out var port, harness);
        Assert.Equal(0, port.HeldFrames);
        Assert.Equal(arrivals.Count, port.Counters.ReceivedFrames);
        Assert.Equal(arrivals.Sum(a => a.Bytes.Length), port.Counters.ReceivedBytes);
        port.Dispose();
        return arrivals;
    }

    private static readonly IEnumerable<int> AllNumbers = Enumerable.Range(0, Rounds * PerRound);

    [Fact]
    public void NoFaults_EveryFrame_PassesAtOnceAndInOrder() =>
        Assert.Equal(AllNumbers.Select(n => (n, n / PerRound)), Run(FaultProfile.None).Select(a => (a.Number, a.Round)));

    [Fact]
    public void SameSeed_SameFaults_OtherSeedOthers()
    {
        var profile = new FaultProfile { Loss = 0.1, Duplication = 0.1, Corruption = 0.1, Reordering = 0.1, MaximumDelay = 3_000_000, Seed = 42 };

        var first = Run(profile).Select(a => (a.Round, Convert.ToHexString(a.Bytes))).ToList();

        Assert.Equal(first, Run(profile).Select(a => (a.Round, Convert.ToHexString(a.Bytes))));
        Assert.NotEqual(first, Run(profile with { Seed = 43 }).Select(a => (a.Round, Convert.ToHexString(a.Bytes))));
    }

    [Fact]
    public void Loss_OfAQuarter_LosesAboutThatAndCountsIt()
    {
        using var harness = new PortHarness(frames: 4096);
        var arrivals = Run(new FaultProfile { Loss = 0.25 }, out var port, harness);

        Assert.InRange(arrivals.Count, 5800, 6200);
        Assert.Equal(Rounds * PerRound, arrivals.Count + port.Counters.ReceiveDropsOf(DropReason.FaultInjected));
        Assert.Equal(arrivals.Select(a => a.Number).Order(), arrivals.Select(a => a.Number));
    }

    [Fact]
    public void Duplication_OfATenth_GivesTwinsSideBySide()
    {
        var numbers = Run(new FaultProfile { Duplication = 0.1 }).Select(a => a.Number).ToList();

        Assert.InRange(numbers.Count, 8600, 9000);
        Assert.Equal(AllNumbers, numbers.Distinct());
        Assert.Equal(numbers.Order(), numbers);
    }

    [Fact]
    public void Corruption_OfATenth_FlipsOneBitEach()
    {
        var damaged = 0;
        var arrivals = Run(new FaultProfile { Corruption = 0.1 });
        for (var i = 0; i < arrivals.Count; i++)
        {
            var bits = arrivals[i].Bytes.Zip(Numbered(i)).Sum(pair => int.PopCount(pair.First ^ pair.Second));
            Assert.InRange(bits, 0, 1);
            damaged += bits;
        }

        Assert.InRange(damaged, 600, 1000);
    }

    [Fact]
    public void Reordering_OfATenth_LetsThreeFramesOvertake()
    {
        var arrivals = Run(new FaultProfile { Reordering = 0.1, ReorderDistance = 3 }).Select(a => a.Number).ToList();

        Assert.Equal(AllNumbers, arrivals.Order());
        var late = arrivals.Where((number, i) => i > 0 && arrivals.Take(i).Max() > number).ToList();
        Assert.InRange(late.Count, 600, 1000);
    }

    [Fact]
    public void Reordering_NothingFollows_ReleasesAfterTheTimeout()
    {
        using var harness = new PortHarness();
        var (sender, receiver) = MemoryPort.CreateWire("a", default, "b", default);
        using var port = new FaultInjectingPort(receiver, new FaultProfile { Reordering = 1, ReorderTimeout = 500 });
        harness.Send(sender, Numbered(1));

        Assert.Empty(harness.ReceiveHeld(port, 1000));
        Assert.Empty(harness.ReceiveHeld(port, 1499));
        Assert.Single(harness.ReceiveHeld(port, 1500));
    }

    [Fact]
    public void Delay_Range_HoldsEveryFrameThatLong()
    {
        var arrivals = Run(new FaultProfile { MinimumDelay = 2_000_000, MaximumDelay = 5_000_000 });

        Assert.Equal(AllNumbers, arrivals.Select(a => a.Number).Order());
        var delays = arrivals.Select(a => a.Round - (a.Number / PerRound)).ToList();
        Assert.Equal((3, 5), (delays.Min(), delays.Max()));
    }

    [Fact]
    public void Dispose_FramesHeld_ReturnsThem()
    {
        using var harness = new PortHarness();
        var (sender, receiver) = MemoryPort.CreateWire("a", default, "b", default);
        var port = new FaultInjectingPort(receiver, new FaultProfile { MinimumDelay = 1000, MaximumDelay = 1000 });
        harness.Send(sender, Numbered(1), Numbered(2));
        Assert.Empty(harness.ReceiveHeld(port, 0));
        Assert.Equal(2, port.HeldFrames);
        Assert.Equal(0, port.Counters.ReceivedFrames);

        port.Dispose();
    }

    [Fact]
    public void Receive_SteadyState_AllocatesNothing()
    {
        using var harness = new PortHarness();
        var (sender, receiver) = MemoryPort.CreateWire("a", default, "b", default);
        using var port = new FaultInjectingPort(receiver, new FaultProfile { Loss = 0.1, Duplication = 0.1, Corruption = 0.1, Reordering = 0.1, MaximumDelay = 3000 });
        var frame = Numbered(1);
        var now = 0L;
        Allocation.AssertNone(() =>
        {
            harness.SendCopies(sender, frame, 50);
            harness.ReceiveAndFree(port, now += 1000);
        });
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Construction_ShareOutOfRange_IsRefused(double share)
    {
        var (port, _) = MemoryPort.CreateWire("a", default, "b", default);

        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultInjectingPort(port, new FaultProfile { Loss = share }));
    }

    [Fact]
    public void NextLook_AFrameIsHeld_IsWhenItIsDue()
    {
        using var harness = new PortHarness();
        var (sender, receiver) = MemoryPort.CreateWire("a", default, "b", default);
        using var port = new FaultInjectingPort(receiver, new FaultProfile { MinimumDelay = 3_000_000, MaximumDelay = 3_000_000 });
        harness.ReceiveHeld(port, 1_000_000);
        Assert.Equal(((IPort)receiver).NextLook(1_000_000), port.NextLook(1_000_000));

        harness.Send(sender, Numbered(1));
        Assert.Empty(harness.ReceiveHeld(port, 2_000_000));
        Assert.Equal(5_000_000, port.NextLook(2_000_000));
        Assert.Single(harness.ReceiveHeld(port, 5_000_000));
    }
}
