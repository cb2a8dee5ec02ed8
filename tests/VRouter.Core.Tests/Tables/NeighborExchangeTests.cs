using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

/// <summary>The tables of workers that tell one another what they ask and hear.</summary>
public sealed class NeighborExchangeTests
{
    private const long Second = 1_000_000_000;
    private const int Port = 3;
    private static readonly IPv4Address Gateway = IPv4Address.Parse("172.16.6.254");
    private static readonly IPv4Address Stranger = IPv4Address.Parse("172.16.6.9");
    private static readonly MacAddress Mac = MacAddress.Parse("00:23:89:8c:e8:31");
    private static readonly MacAddress NewMac = MacAddress.Parse("00:23:89:8c:e8:32");
    private readonly NeighborExchange exchange = new(3);
    private readonly NeighborTable[] tables;

    public NeighborExchangeTests() =>
        tables = [.. exchange.Seats.Select(seat => new NeighborTable(new NeighborOptions { Capacity = 64 }, seat))];

    [Fact]
    public void Learn_ByAnotherWorkerThanTheOneThatAsked_ReleasesWhatWaits()
    {
        tables[0].Request(Port, Gateway, 0, out var entry);
        tables[0].SetWaiting(entry, true);
        TakeNotices(1);

        Assert.True(tables[1].Learn(Port, Gateway, Mac, 2));
        TakeNotices(3);

        Assert.Equal([NeighborAction.Resolved], Due(0, 3));
        Assert.All(tables, table => Assert.True(table.TryUse(Port, Gateway, 4, out var mac) && mac == Mac));
    }

    [Fact]
    public void Request_WhileAnotherWorkerAsks_WaitsAndAsksNothing()
    {
        Assert.Equal(NeighborRequest.SolicitAndWait, tables[0].Request(Port, Gateway, 0, out _));
        TakeNotices(1);

        Assert.Equal(NeighborRequest.Wait, tables[1].Request(Port, Gateway, 2, out _));
        Assert.Equal(NeighborRequest.Wait, tables[2].Request(Port, Gateway, 2, out _));
        var requests = 1;
        for (var now = Second; now <= 4 * Second; now += Second / 20)
        {
            TakeNotices(now);
            for (var worker = 0; worker < tables.Length; worker++)
                requests += Due(worker, now).Count(action => action == NeighborAction.Solicit);
        }

        Assert.Equal(3, requests);
        TakeNotices(10 * Second);
        Assert.All([0, 1, 2], worker => Due(worker, 10 * Second));
        Assert.All(tables, table => Assert.Equal(NeighborState.Failed, table.Read(Port, Gateway, out _)));
    }

    [Fact]
    public void Request_WhileTheAskerFellSilent_AsksItself()
    {
        tables[0].Request(Port, Gateway, 0, out _);
        TakeNotices(1);
        tables[1].Request(Port, Gateway, 2, out _);

        Assert.Equal([NeighborAction.Solicit], Due(1, 3 * Second));
    }

    [Fact]
    public void Notice_OfAnAddressThatOnlyAnotherWorkerUses_IsForgottenUnlessItIsAnswered()
    {
        tables[0].Request(Port, Gateway, 0, out _);
        TakeNotices(1);
        Assert.Equal(NeighborState.Incomplete, tables[1].Read(Port, Gateway, out _));

        Assert.Empty(Due(1, 5 * Second));
        Assert.Equal(0, tables[1].Count);
    }

    [Fact]
    public void Learn_OfSomebodyWhomNobodyAskedFor_IsToldToNobody()
    {
        Assert.False(tables[0].Learn(Port, Stranger, Mac, 0));

        Assert.All(tables, table => Assert.False(table.HasNotices));
    }

    [Fact]
    public void Learn_AgainAndAgain_IsToldOnceASecond()
    {
        Resolve();
        for (var i = 0; i < 1000; i++)
            tables[0].Learn(Port, Gateway, Mac, 10);
        Assert.False(tables[1].HasNotices);

        tables[0].Learn(Port, Gateway, Mac, 2 * Second);

        Assert.True(tables[1].HasNotices);
    }

    [Fact]
    public void Learn_OtherMac_IsUsedByAllAtOnce()
    {
        Resolve();

        tables[2].Learn(Port, Gateway, NewMac, 20);
        TakeNotices(21);

        Assert.All(tables, table => Assert.True(table.TryUse(Port, Gateway, 22, out var mac) && mac == NewMac));
    }

    [Fact]
    public void TryTakeDue_InUseByAll_IsConfirmedByOne()
    {
        Resolve();
        var requests = 0;
        for (var now = Second; now <= 300 * Second; now += Second / 10)
        {
            for (var worker = 0; worker < tables.Length; worker++)
            {
                tables[worker].TakeNotices(now);
                Assert.True(tables[worker].TryUse(Port, Gateway, now, out _));
                if (!Due(worker, now).Contains(NeighborAction.Solicit))
                    continue;
                requests++;
                tables[1].Learn(Port, Gateway, Mac, now);
            }
        }

        // Once every 30 seconds, whoever asks.
        Assert.InRange(requests, 9, 10);
    }

    [Fact]
    public void TryTakeDue_DeadNeighborInUseByAll_IsNotKeptAliveByHearsay()
    {
        Resolve();
        var lastUsable = 0L;
        for (var now = Second; now <= 120 * Second; now += Second / 10)
        {
            for (var worker = 0; worker < tables.Length; worker++)
            {
                tables[worker].TakeNotices(now);
                if (tables[worker].TryUse(Port, Gateway, now, out _))
                    lastUsable = now;
                Due(worker, now);
            }
        }

        Assert.InRange(lastUsable, 30 * Second, 40 * Second);
    }

    [Fact]
    public void Request_ByAWorkerThatForgotIt_IsAnsweredByAnotherThatKnowsIt()
    {
        Resolve();
        var table = tables[1];
        Assert.True(table.TryUse(Port, Gateway, 10, out _));
        table.Remove(EntryOf(table));

        Assert.Equal(NeighborRequest.SolicitAndWait, table.Request(Port, Gateway, 20, out var entry));
        table.SetWaiting(entry, true);
        TakeNotices(21);
        TakeNotices(22);

        Assert.Equal([NeighborAction.Resolved], Due(1, 22));
        Assert.True(table.TryUse(Port, Gateway, 23, out var mac));
        Assert.Equal(Mac, mac);
    }

    [Fact]
    public void Notices_MoreThanTheRingHolds_AreLostAndHealedByAsking()
    {
        var many = new NeighborTable(new NeighborOptions { Capacity = 4096 }, exchange.Seats[0]);
        for (var i = 0u; i < 1000; i++)
            many.Request(Port, new IPv4Address(Gateway.Value - i), 0, out _);
        TakeNotices(1);
        var lost = new IPv4Address(Gateway.Value - 999);
        Assert.False(tables[1].Learn(Port, lost, Mac, 2));

        while (many.TryTakeDue(Second, out var due))
        {
            if (due.Address == lost)
                break;
        }

        TakeNotices(Second + 1);
        many.Request(Port, lost, Second + 2, out var entry);
        many.SetWaiting(entry, true);
        for (var now = 2 * Second; now < 3 * Second; now += Second / 100)
        {
            while (many.TryTakeDue(now, out var due) && due.Address != lost)
                tables[1].TakeNotices(now);
            tables[1].TakeNotices(now);
        }

        Assert.True(tables[1].Learn(Port, lost, Mac, 3 * Second));
        many.TakeNotices(3 * Second);
        Assert.Equal(NeighborState.Reachable, many.Read(Port, lost, out var mac));
        Assert.Equal(Mac, mac);
    }

    [Fact]
    public void NoticeLeft_IsCalledForTheOthersOnly()
    {
        var called = new List<int>();
        foreach (var seat in exchange.Seats)
            seat.NoticeLeft = () => called.Add(seat.Worker);

        tables[1].Request(Port, Gateway, 0, out _);

        Assert.Equal([0, 2], called);
    }

    [Fact]
    public async Task Rings_BesideTheirReader_KeepOrderAndLoseNothingThatWasTaken()
    {
        var ring = new NoticeRing();
        const int Count = 200_000;
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Count;)
            {
                if (ring.TryAdd(new NeighborNotice(NeighborNoticeKind.Heard, 1, i, (ulong)i, i)))
                    i++;
                else
                    Thread.Yield();
            }
        });
        for (var i = 0; i < Count;)
        {
            if (!ring.TryTake(out var notice))
            {
                Thread.Yield();
                continue;
            }

            Assert.Equal((i, (ulong)i, (long)i), (notice.Key, notice.Mac, notice.At));
            i++;
        }

        await writer;
        Assert.False(ring.HasNotices);
    }

    private static int EntryOf(NeighborTable table) =>
        Enumerable.Range(0, table.Capacity).First(entry => table.PortOfEntry(entry) == Port);

    private void Resolve()
    {
        tables[0].Request(Port, Gateway, 0, out _);
        TakeNotices(1);
        tables[1].Learn(Port, Gateway, Mac, 2);
        TakeNotices(3);
    }

    private void TakeNotices(long now)
    {
        foreach (var table in tables)
            table.TakeNotices(now);
    }

    private List<NeighborAction> Due(int worker, long now)
    {
        var actions = new List<NeighborAction>();
        while (tables[worker].TryTakeDue(now, out var due))
            actions.Add(due.Action);
        return actions;
    }
}
