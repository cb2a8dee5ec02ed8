using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Daemon;

public sealed class ReceiveTurnsTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Next_ManyPorts_AreThoseWithFramesAndEachOfAllInItsTurn()
    {
        var turns = new ReceiveTurns();
        turns.Reset(Ports(1000));
        var asked = new int[1000];
        var now = 0L;

        for (; now <= Second; now += 100_000)
        {
            var chosen = turns.Next([5, 900], now).ToArray();
            Assert.Equal([5, 900], chosen[..2]);
            Assert.Equal(chosen.Length, chosen.Distinct().Count());
            Assert.InRange(chosen.Length, 2, 3);
            foreach (var index in chosen)
                asked[index]++;
        }

        // A port a millisecond, so that each has had its turn once, and twice at most.
        Assert.All(asked.Index(), port => Assert.InRange(port.Item, 1, port.Index is 5 or 900 ? 10_002 : 2));
    }

    [Fact]
    public void Next_AfterALongSleep_CatchesUp()
    {
        var turns = new ReceiveTurns();
        turns.Reset(Ports(1000));
        Assert.Equal([0], turns.Next([], 0).ToArray());

        Assert.Equal(Enumerable.Range(1, 50), turns.Next([], 50_500_000).ToArray());
        Assert.Empty(turns.Next([], 50_600_000).ToArray());
        Assert.Equal(ReceiveTurns.MostAtOnce, turns.Next([], 3600 * Second).Length);
    }

    [Fact]
    public void NextLook_FramesCame_IsWithin100MillisecondsAndThenASecondAway()
    {
        var turns = new ReceiveTurns();
        var ports = Ports(20);
        turns.Reset(ports);
        turns.Next([3], 7 * Second);

        Assert.Equal((7 * Second) + 100_000_000, turns.NextLook(ports, 7 * Second));
        Assert.Equal(20, turns.Next([], (7 * Second) + 100_000_000).Length);
        turns.Next([], (7 * Second) + 200_000_000);
        Assert.Equal((8 * Second) + 200_000_000, turns.NextLook(ports, (7 * Second) + 200_000_000));
    }

    [Fact]
    public void Next_FewerThanAHundred_EachIsAskedEvery100Milliseconds()
    {
        var turns = new ReceiveTurns();
        turns.Reset(Ports(20));
        var asked = new int[20];

        for (var now = 0L; now < Second; now += 100_000)
        {
            foreach (var index in turns.Next([], now))
                asked[index]++;
        }

        Assert.All(asked, count => Assert.InRange(count, 9, 11));
    }

    [Fact]
    public void Next_WithoutDescriptor_IsAskedAlways()
    {
        var turns = new ReceiveTurns();
        turns.Reset([null, new Port(3), new Port(-1), null, new Holder()]);

        Assert.Equal([2, 4, 1], turns.Next([], 0).ToArray());
        Assert.Equal([2, 4], turns.Next([], 1).ToArray());
    }

    [Fact]
    public void AskAgain_IsAskedOnceMore()
    {
        var turns = new ReceiveTurns();
        turns.Reset(Ports(100));
        turns.Next([], 0);

        turns.AskAgain(7);
        Assert.Equal([7], turns.Next([7], 1).ToArray());
        Assert.Empty(turns.Next([], 2).ToArray());
        turns.AskAgain(8);
        turns.Reset([null]);
        Assert.Empty(turns.Next([], 3).ToArray());
    }

    private static IPort?[] Ports(int count) => [.. Enumerable.Range(0, count).Select(index => new Port(index + 10))];

    private class Port(int descriptor) : IPort
    {
        public string Name => "port";

        public string Driver => "test";

        public int Mtu => 1500;

        public MacAddress Mac => MacAddress.WorkloadGateway;

        public int Descriptor => descriptor;

        public PortCounters Counters { get; } = new();

        public PortState State => PortState.Up;

        public int Receive(Core.Frames.FramePool pool, Core.Frames.FrameVector vector, long now) => 0;

        public void Transmit(Core.Frames.FrameVector vector)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Holder() : Port(4), IFrameHolder
    {
        public void Close()
        {
        }

        public void ReturnFrames()
        {
        }
    }
}
