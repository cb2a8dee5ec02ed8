using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

/// <summary>What a number means to a reader, and for how long.</summary>
public sealed class AdjacencyTableTests
{
    [Fact]
    public void Acquire_EqualAdjacencies_ShareANumberUntilTheLastRelease()
    {
        var table = new AdjacencyTable([], new Quiescence());
        var number = table.Acquire(NextHop(1));
        Assert.NotEqual(IFib.NoRoute, number);
        Assert.Equal(number, table.Acquire(NextHop(1)));
        Assert.NotEqual(number, table.Acquire(NextHop(2)));
        Assert.Equal(IFib.NoRoute, table.Acquire(ForwardingTables.NoRouteAdjacency));

        table.Release(number);
        table.Reclaim();
        Assert.Equal(NextHop(1), table.Items[number]);
        Assert.Equal(3, table.Count);

        table.Release(number);
        table.Reclaim();
        Assert.Equal(ForwardingTables.NoRouteAdjacency, table.Items[number]);
        Assert.Equal(2, table.Count);
        Assert.DoesNotContain(NextHop(1), table.InUse);
    }

    // The same check sees a reclamation that is broken on purpose: it would fail if the table did not wait.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Release_ReaderInsideAPass_KeepsTheSlotUnlessReclamationIsBroken(bool broken)
    {
        var quiescence = broken ? new HastyQuiescence() : new Quiescence();
        using var reader = quiescence.Register();
        var table = new AdjacencyTable([], quiescence);
        var held = table.Acquire(NextHop(1));
        var (items, fused) = (table.Items, table.Fused);

        table.Release(held);
        Churn(table, 50);

        Assert.Same(items, table.Items);
        Assert.Same(fused, table.Fused);
        Assert.Equal(!broken, items[held] == NextHop(1));
    }

    [Fact]
    public void Reclaim_ReaderReportedOrRests_UsesTheSlotAgain()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        using var sleeper = quiescence.Register();
        sleeper.Leave();
        var table = new AdjacencyTable([], quiescence);
        var first = table.Acquire(NextHop(1));
        table.Release(first);
        table.Reclaim();
        Assert.NotEqual(first, table.Acquire(NextHop(2)));

        reader.Report();
        table.Reclaim();
        Assert.Equal(first, table.Acquire(NextHop(3)));
    }

    [Fact]
    public void Acquire_BetweenReleaseAndReclaim_BringsTheNumberBack()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var table = new AdjacencyTable([], quiescence);
        var number = table.Acquire(NextHop(1));
        table.Release(number);
        Assert.Equal(number, table.Acquire(NextHop(1)));
        reader.Report();
        table.Reclaim();
        Assert.Equal(NextHop(1), table.Items[number]);

        // Released again: the first release's mark has passed, the second's has not.
        table.Release(number);
        Assert.Equal(number, table.Acquire(NextHop(1)));
        reader.Report();
        table.Release(number);
        table.Reclaim();
        Assert.Equal(NextHop(1), table.Items[number]);
        reader.Report();
        table.Reclaim();
        Assert.Equal(ForwardingTables.NoRouteAdjacency, table.Items[number]);
    }

    [Fact]
    public void Reclaim_Multipath_FreesItsMembersOnlyAfterItself()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var table = new AdjacencyTable([], quiescence);
        int[] members = [table.Acquire(NextHop(1)), table.Acquire(NextHop(2))];
        var several = table.Acquire(new Adjacency { Kind = AdjacencyKind.Multipath, Members = members });
        table.Release(several);
        Assert.Equal(NextHop(1), table.Items[members[0]]);
        for (var pass = 0; pass < 2; pass++)
        {
            reader.Report();
            table.Reclaim();
        }

        Assert.Equal(1, table.Count);
        Assert.All(members, member => Assert.Equal(ForwardingTables.NoRouteAdjacency, table.Items[member]));
    }

    [Fact]
    public void Acquire_EqualMultipath_LetsGoOfTheMembersItWasGiven()
    {
        var table = new AdjacencyTable([], new Quiescence());
        var members = new List<int> { table.Acquire(NextHop(1)), table.Acquire(NextHop(2)) };
        var several = table.Acquire(new Adjacency { Kind = AdjacencyKind.Multipath, Members = members });
        Assert.Equal([table.Acquire(NextHop(1)), table.Acquire(NextHop(2))], members);
        Assert.Equal(several, table.Acquire(new Adjacency { Kind = AdjacencyKind.Multipath, Members = members }));
        for (var hold = 0; hold < 2; hold++)
            table.Release(several);
        table.Reclaim();
        table.Reclaim();
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Acquire_MoreThanFit_MovesAndLeavesEarlierArraysAlone()
    {
        var table = new AdjacencyTable([], new Quiescence());
        var first = table.Acquire(NextHop(0));
        var before = table.Items;
        var numbers = Enumerable.Range(1, 1000).Select(hop => table.Acquire(NextHop(hop))).ToArray();
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.NotSame(before, table.Items);
        Assert.Equal(table.Items.Length, table.Fused.Length);
        Assert.Equal(NextHop(0), before[first]);
        Assert.All(Enumerable.Range(1, 1000), hop => Assert.Equal(NextHop(hop), table.Items[numbers[hop - 1]]));
        Assert.Equal(1002, table.InUse.Count());
    }

    [Fact]
    public void TunnelsByPeer_Tunnels_StandThereWhileAnAdjacencyHasThem()
    {
        var table = new AdjacencyTable([], new Quiescence());
        var peer = new IPv4Address(0x0a000001);
        var tunnel = new Tunnel { Kind = TunnelKind.Ipip, Local = new IPv4Address(0x0a0000fe), Remote = peer, PathMtu = new PathMtu() };
        var other = tunnel with { Kind = TunnelKind.Vxlan };
        int[] numbers =
        [
            table.Acquire(NextHop(1) with { Kind = AdjacencyKind.Ipip, Tunnel = tunnel }),
            table.Acquire(NextHop(2) with { Kind = AdjacencyKind.Ipip, Tunnel = tunnel }),
            table.Acquire(NextHop(1) with { Kind = AdjacencyKind.Vxlan, Tunnel = other }),
        ];
        Assert.Equal([tunnel, other], table.TunnelsByPeer[peer]);
        table.Release(numbers[0]);
        table.Release(numbers[2]);
        table.Reclaim();
        Assert.Equal([tunnel], table.TunnelsByPeer[peer]);
        table.Release(numbers[1]);
        table.Reclaim();
        Assert.Empty(table.TunnelsByPeer);
    }

    [Fact]
    public void Churn_Endless_KeepsTheSlotsBounded()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var table = new AdjacencyTable([], quiescence);
        for (var round = 0; round < 1000; round++)
        {
            Churn(table, 20, round * 20);
            reader.Report();
        }

        Assert.InRange(table.Items.Length, 1, 64);
    }

    private static void Churn(AdjacencyTable table, int changes, int first = 100)
    {
        for (var change = 0; change < changes; change++)
        {
            table.Reclaim();
            table.Release(table.Acquire(NextHop(first + change)));
        }
    }

    private static Adjacency NextHop(int hop) => new() { Kind = AdjacencyKind.NextHop, Port = 0, NextHop = new IPv4Address((uint)hop), Mtu = 1500 };

    private sealed class HastyQuiescence : Quiescence
    {
        public override bool HasPassed(long mark) => true;
    }
}
