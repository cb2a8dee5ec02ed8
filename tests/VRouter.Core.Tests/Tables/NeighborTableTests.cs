using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

public sealed class NeighborTableTests
{
    private const long Second = 1_000_000_000;
    private const int Port = 3;
    private static readonly IPv4Address Gateway = IPv4Address.Parse("172.16.6.254");
    private static readonly MacAddress Mac = MacAddress.Parse("00:23:89:8c:e8:31");
    private static readonly MacAddress NewMac = MacAddress.Parse("00:23:89:8c:e8:32");
    private readonly NeighborTable table = new();

    [Fact]
    public void Request_Unknown_AsksOnceAndWaits()
    {
        Assert.Equal(NeighborRequest.SolicitAndWait, table.Request(Port, Gateway, 0, out var entry));
        Assert.Equal(NeighborRequest.Wait, table.Request(Port, Gateway, 1, out var again));
        Assert.Equal(entry, again);
        Assert.False(table.TryUse(Port, Gateway, 2, out _));
        Assert.Equal(NeighborState.Incomplete, table.Read(Port, Gateway, out _));
        Assert.Equal(NeighborState.None, table.Read(Port + 1, Gateway, out _));
        Assert.Equal([new Neighbor(Port, Gateway, null, NeighborState.Incomplete, 0)], table.Snapshot());
    }

    [Fact]
    public void TryTakeDue_NobodyAnswers_AsksThreeTimesASecondApartThenGivesUp()
    {
        table.Request(Port, Gateway, 0, out var entry);
        table.SetWaiting(entry, true);

        // The first request is the caller's, at 0.
        Assert.Empty(Due(Second - 1));
        Assert.Equal([(NeighborAction.Solicit, MacAddress.Broadcast)], Due(Second));
        Assert.Empty(Due((2 * Second) - 1));
        Assert.Equal([(NeighborAction.Solicit, MacAddress.Broadcast)], Due(2 * Second));
        Assert.Equal([NeighborAction.Unreachable], Due(3 * Second).Select(due => due.Action));
        Assert.Equal(NeighborState.Failed, table.Read(Port, Gateway, out _));
    }

    [Fact]
    public void Request_AfterFailure_IsHeldOffThenAskedAgain()
    {
        table.Request(Port, Gateway, 0, out _);
        Due(Second);
        Due(2 * Second);
        Due(3 * Second);

        Assert.Equal(NeighborRequest.Unreachable, table.Request(Port, Gateway, (4 * Second) - 1, out _));
        Assert.Equal(NeighborRequest.SolicitAndWait, table.Request(Port, Gateway, 4 * Second, out _));
        Assert.Equal(NeighborRequest.Wait, table.Request(Port, Gateway, 4 * Second, out _));
        Assert.Single(Due(5 * Second));
    }

    [Fact]
    public void Learn_Unknown_MakesNoEntry()
    {
        Assert.False(table.Learn(Port, Gateway, Mac, 0));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Learn_WhileFramesWait_IsNotUsableUntilTheyWent()
    {
        table.Request(Port, Gateway, 0, out var entry);
        table.SetWaiting(entry, true);

        Assert.True(table.Learn(Port, Gateway, Mac, 5));

        Assert.False(table.TryUse(Port, Gateway, 5, out _));
        Assert.Equal([(NeighborAction.Resolved, Mac)], Due(5));
        Assert.Empty(Due(5));
        Assert.True(table.TryUse(Port, Gateway, 5, out var mac));
        Assert.Equal(Mac, mac);
    }

    [Fact]
    public void Learn_Failed_Revives()
    {
        table.Request(Port, Gateway, 0, out _);
        Due(Second);
        Due(2 * Second);
        Due(3 * Second);

        Assert.True(table.Learn(Port, Gateway, Mac, 3 * Second));

        Assert.True(table.TryUse(Port, Gateway, 3 * Second, out _));
    }

    [Fact]
    public void TryTakeDue_InUse_IsConfirmedByUnicastAndUsableMeanwhile()
    {
        Resolve(at: 0);
        Assert.True(table.TryUse(Port, Gateway, 10 * Second, out _));

        Assert.Empty(Due((30 * Second) - 1));
        Assert.Equal([(NeighborAction.Solicit, Mac)], Due(30 * Second));
        Assert.True(table.TryUse(Port, Gateway, 30 * Second, out _));
        Assert.Equal(NeighborState.Probe, table.Read(Port, Gateway, out _));

        table.Learn(Port, Gateway, Mac, 30 * Second);
        Assert.Equal(NeighborState.Reachable, table.Read(Port, Gateway, out _));
        Assert.Empty(Due((60 * Second) - 1));
    }

    [Fact]
    public void TryTakeDue_ConfirmationFails_NextFrameAsksEveryoneAtOnce()
    {
        Resolve(at: 0);
        table.TryUse(Port, Gateway, Second, out _);

        Assert.Equal([(NeighborAction.Solicit, Mac)], Due(30 * Second));
        Assert.Equal([(NeighborAction.Solicit, Mac)], Due(31 * Second));
        Assert.Equal([(NeighborAction.Solicit, Mac)], Due(32 * Second));
        Assert.Empty(Due(33 * Second));
        Assert.False(table.TryUse(Port, Gateway, 33 * Second, out _));
        Assert.Equal(NeighborRequest.SolicitAndWait, table.Request(Port, Gateway, 33 * Second, out _));
    }

    [Fact]
    public void TryTakeDue_Unused_TurnsStaleThenExpires()
    {
        Resolve(at: 0);

        Assert.Empty(Due(30 * Second));
        Assert.Equal(NeighborState.Stale, table.Read(Port, Gateway, out _));
        Assert.Empty(Due((90 * Second) - 1));
        Assert.Equal(1, table.Count);
        Assert.Empty(Due(90 * Second));
        Assert.Equal(0, table.Count);
        Assert.Empty(table.Snapshot());
    }

    [Fact]
    public void TryUse_Stale_IsUsableAndHasItConfirmedAtOnce()
    {
        Resolve(at: 0);
        Due(30 * Second);

        Assert.True(table.TryUse(Port, Gateway, 50 * Second, out var mac));
        Assert.Equal(Mac, mac);
        Assert.Equal([(NeighborAction.Solicit, Mac)], Due(50 * Second));
    }

    [Fact]
    public void Learn_OtherMac_IsUsedAtOnce()
    {
        Resolve(at: 0);

        table.Learn(Port, Gateway, NewMac, Second);

        Assert.True(table.TryUse(Port, Gateway, Second, out var mac));
        Assert.Equal(NewMac, mac);
    }

    [Fact]
    public void TryTakeDue_Failed_ExpiresAfterAMinute()
    {
        table.Request(Port, Gateway, 0, out _);
        for (var second = 1; second <= 3; second++)
            Due(second * Second);

        Due((63 * Second) - 1);
        Assert.Equal(1, table.Count);
        Due(63 * Second);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Request_FullOfNeighborsInUse_IsFull()
    {
        var small = new NeighborTable(new NeighborOptions { Capacity = 4 });
        for (uint i = 0; i < 4; i++)
        {
            small.Request(Port, new IPv4Address(i), 0, out _);
            small.Learn(Port, new IPv4Address(i), Mac, 0);
        }

        Assert.Equal(NeighborRequest.Full, small.Request(Port, new IPv4Address(9), 0, out var entry));
        Assert.Equal(-1, entry);
    }

    [Fact]
    public void Request_Full_GivesUpADeadOneButNoneThatIsWaitedFor()
    {
        var small = new NeighborTable(new NeighborOptions { Capacity = 4 });
        for (uint i = 0; i < 4; i++)
        {
            small.Request(Port, new IPv4Address(i), 0, out var entry);
            small.SetWaiting(entry, i != 2);
        }

        Assert.Equal(NeighborRequest.SolicitAndWait, small.Request(Port, new IPv4Address(9), 0, out _));
        Assert.Equal(NeighborState.None, small.Read(Port, new IPv4Address(2), out _));
        Assert.Equal(4, small.Count);
    }

    [Fact]
    public void Table_AgainstADictionary_AgreesOnMembershipThroughoutRandomCalls()
    {
        var small = new NeighborTable(new NeighborOptions { Capacity = 256, HashSeed = 5 });
        var random = new Random(11);
        var known = new Dictionary<(int, uint), int>();
        for (var round = 0; round < 20000; round++)
        {
            var (port, address) = (random.Next(3), (uint)random.Next(100));
            if (random.Next(2) == 0 && known.Count < 250)
            {
                Assert.NotEqual(NeighborRequest.Full, small.Request(port, new IPv4Address(address), 0, out var entry));
                Assert.Equal(port, small.PortOfEntry(entry));
                if (!known.TryAdd((port, address), entry))
                    Assert.Equal(known[(port, address)], entry);
            }
            else if (known.Remove((port, address), out var entry))
            {
                small.Remove(entry);
            }

            Assert.Equal(known.Count, small.Count);
            Assert.Equal(known.ContainsKey((port, address)), small.Read(port, new IPv4Address(address), out _) != NeighborState.None);
        }

        Assert.Equal(known.Keys.Order(), small.Snapshot().Select(neighbor => (neighbor.Port, neighbor.Address.Value)));
    }

    [Fact]
    public async Task Read_BesideAWriter_NeverSeesAnothersMac()
    {
        // Each neighbor's MAC address is made from its own address; entries are given up and reused all the time.
        var small = new NeighborTable(new NeighborOptions { Capacity = 8 });
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var random = new Random(3);
            var wrong = 0;
            while (!stop.IsCancellationRequested)
            {
                var address = (uint)random.Next(1, 32);
                if (small.Read(Port, new IPv4Address(address), out var mac) == NeighborState.Reachable && mac.Bits != address)
                    wrong++;
                wrong += small.Snapshot().Count(neighbor => neighbor.Mac is { } known && known.Bits != neighbor.Address.Value);
            }

            return wrong;
        });

        var random = new Random(4);
        for (var i = 0; i < 200_000; i++)
        {
            var address = new IPv4Address((uint)random.Next(1, 32));
            switch (small.Request(Port, address, 0, out var entry))
            {
                case NeighborRequest.Usable:
                    small.Remove(entry);
                    break;
                case NeighborRequest.Full:
                    small.Remove(random.Next(8));
                    break;
                default:
                    small.Learn(Port, address, new MacAddress(address.Value), 0);
                    break;
            }
        }

        await stop.CancelAsync();
        Assert.Equal(0, await reader);
    }

    private void Resolve(long at)
    {
        // Learned a moment after the frame that asked, and not used since.
        table.Request(Port, Gateway, at - 1, out _);
        table.Learn(Port, Gateway, Mac, at);
    }

    private List<(NeighborAction Action, MacAddress Mac)> Due(long now)
    {
        var events = new List<(NeighborAction, MacAddress)>();
        while (table.TryTakeDue(now, out var due))
        {
            Assert.Equal(Port, due.Port);
            Assert.Equal(Gateway, due.Address);
            events.Add((due.Action, due.Mac));
        }

        return events;
    }
}
