using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>The table of neighbors against a slow one, over any sequence of calls and times.</summary>
public sealed class NeighborProperties(ITestOutputHelper output) : PropertyTests(output)
{
    private const int Keys = 10;

    // Short, so that a random run meets all of them; none a multiple of another.
    private static readonly NeighborOptions Times = new()
    {
        MaxRequests = 3, RetryInterval = 10, ReachableTime = 97, StaleTime = 203, FailedHoldOff = 23, FailedTime = 151,
    };

    private enum Call
    {
        Use,
        Request,
        Learn,
        Wait,
        LetGo,
        Remove,
        TakeDue,
    }

    /// <summary>A call about one of ten neighbors, after some time.</summary>
    private sealed record Step(Call Call, int Key, int After, int Mac);

    /// <summary>Steps on a table of some capacity.</summary>
    private sealed record Run(int Capacity, uint HashSeed, Step[] Steps);

    [Property(Cases = 1000)]
    public void Neighbors_AnyCalls_DoAsTheSlowTable() => Check(
        random => new Run(
            random.Next(3) == 0 ? Keys : random.Next(1, Keys),
            (uint)random.Next(),
            [.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => new Step(
                (Call)random.Next(Enum.GetValues<Call>().Length), random.Next(Keys), random.Next(4) switch { 0 => 0, 1 => random.Next(300), _ => random.Next(30) }, random.Next(1, 4)))]),
        run => Shrinks.List(run.Steps, ShrinkStep).Select(steps => run with { Steps = steps }),
        Replay,
        run => $"capacity {run.Capacity}, seed {run.HashSeed}\n{string.Join("\n", run.Steps.Select(step => $"+{step.After}: {step.Call} {step.Key}, MAC {step.Mac}"))}");

    private static void Replay(Run run)
    {
        var options = Times with { Capacity = run.Capacity, HashSeed = run.HashSeed };
        var (table, naive, now) = (new NeighborTable(options), new NaiveNeighbors(options), 1L);
        var numbers = new Dictionary<(int Port, IPv4Address Address), int>();
        foreach (var step in run.Steps)
        {
            now += step.After;
            Do(step, KeyOf(step.Key), now, table, naive, numbers);
            Assert.Equal(naive.Count, table.Count);
            Assert.Equal(naive.NextDue, table.NextDue);
            Assert.Equal(naive.Snapshot(), table.Snapshot());
            for (var key = 0; key < Keys; key++)
            {
                var (port, address) = KeyOf(key);
                Assert.Equal((naive.Find((port, address))?.State ?? NeighborState.None, naive.Find((port, address))?.Mac ?? default), (table.Read(port, address, out var mac), mac));
            }
        }
    }

    private static void Do(
        Step step, (int Port, IPv4Address Address) key, long now, NeighborTable table, NaiveNeighbors naive, Dictionary<(int Port, IPv4Address Address), int> numbers)
    {
        switch (step.Call)
        {
            case Call.Use:
                Assert.Equal(naive.Use(key, now), table.TryUse(key.Port, key.Address, now, out var mac) ? mac : null);
                break;
            case Call.Request:
                Request(key, now, table, naive, numbers);
                break;
            case Call.Learn:
                var learned = new MacAddress(0x0200_0000_0000u + (ulong)step.Mac);
                Assert.Equal(naive.Learn(key, learned, now), table.Learn(key.Port, key.Address, learned, now));
                break;
            case Call.Wait when naive.Find(key) is { State: NeighborState.Incomplete }:
                table.SetWaiting(numbers[key], true);
                naive.SetWaiting(key, true);
                break;
            case Call.LetGo when naive.Find(key) is { IsWaiting: true }:
                table.SetWaiting(numbers[key], false);
                naive.SetWaiting(key, false);
                break;
            case Call.Remove when naive.Find(key) is { IsWaiting: false }:
                table.Remove(numbers[key]);
                naive.Remove(key);
                break;
            case Call.TakeDue:
                var events = new List<(NeighborAction, int, IPv4Address, MacAddress)>();
                while (table.TryTakeDue(now, out var taken))
                {
                    Assert.Equal(numbers[(taken.Port, taken.Address)], taken.Entry);
                    events.Add((taken.Action, taken.Port, taken.Address, taken.Mac));
                }

                // Neighbors whose time has come are independent of one another: their order is the table's own.
                Assert.Equal(naive.TakeDue(now).Order(), events.Order());
                break;
        }
    }

    private static void Request(
        (int Port, IPv4Address Address) key, long now, NeighborTable table, NaiveNeighbors naive, Dictionary<(int Port, IPv4Address Address), int> numbers)
    {
        var isNew = naive.Find(key) is null;
        var dispensable = naive.Dispensable();
        var isFull = isNew && naive.Count == table.Capacity;
        var answer = table.Request(key.Port, key.Address, now, out var number);
        if (isFull && dispensable.Count == 0)
        {
            Assert.Equal((NeighborRequest.Full, -1), (answer, number));
            return;
        }

        if (isFull)
        {
            // One made room, whichever; none that is in use or waited for.
            var left = Assert.Single(naive.Snapshot().Select(neighbor => (neighbor.Port, neighbor.Address)).Except(table.Snapshot().Select(neighbor => (neighbor.Port, neighbor.Address))));
            Assert.Contains(left, dispensable);
            naive.Remove(left);
        }

        Assert.Equal(naive.Request(key, now), answer);
        if (isNew)
            numbers[key] = number;
        Assert.Equal(numbers[key], number);
        Assert.Equal(key.Port, table.PortOfEntry(number));
    }

    private static (int Port, IPv4Address Address) KeyOf(int key) => (key % 2, new IPv4Address(10, 0, 0, (byte)(1 + (key / 2))));

    private static IEnumerable<Step> ShrinkStep(Step step) =>
        [.. Shrinks.Number(step.After).Select(after => step with { After = after }), .. Shrinks.Number(step.Key).Select(key => step with { Key = key })];
}
