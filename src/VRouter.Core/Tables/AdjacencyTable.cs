using System.Collections.Concurrent;
using VRouter.Core.Fused;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// The adjacencies by number, which the leaves of a FIB hold. Equal adjacencies share a number, and a number means the same as long as somebody holds it: its slot is
/// filled before a leaf can lead to it, never changed meanwhile, and used again only after all readers have reported to the <see cref="Quiescence"/>.
/// </summary>
/// <remarks>
/// One writer calls <see cref="Acquire"/>, <see cref="Release"/> and <see cref="Reclaim"/>: acquire, then set the leaf; change or remove the leaf, then release.
/// Readers look up first and read <see cref="Items"/> afterwards: what a lookup returned is in it until the reader's next report. When the slots run out, all move to
/// arrays of twice the size; the earlier ones keep what they held.
/// </remarks>
public sealed class AdjacencyTable
{
    private const int LeastSlots = 64;

    private readonly Quiescence? quiescence;
    private readonly PortEntry?[] ports;
    private readonly Dictionary<Adjacency, int> numbers = [];
    private readonly Dictionary<Tunnel, int> tunnelUses = [];
    private readonly ConcurrentDictionary<IPv4Address, IReadOnlyList<Tunnel>> tunnels = new();
    private readonly Stack<int> free = new();
    private readonly Queue<(long Mark, int Number)> retired = new();
    private Holding[] holdings;
    private Adjacency[] items;
    private FusedAdjacency[] fused;
    private int next = 1;

    /// <summary>A table of "no route" alone, number <see cref="IFib.NoRoute"/>.</summary>
    /// <param name="ports">The ports that adjacencies name.</param>
    /// <param name="quiescence">Where all threads report that read the table while it changes. Without it, no slot is used a second time.</param>
    public AdjacencyTable(PortEntry?[] ports, Quiescence? quiescence = null)
    {
        (this.ports, this.quiescence) = (ports, quiescence);
        (items, fused, holdings) = (new Adjacency[LeastSlots], new FusedAdjacency[LeastSlots], new Holding[LeastSlots]);
        Array.Fill(items, ForwardingTables.NoRouteAdjacency);
        numbers.Add(ForwardingTables.NoRouteAdjacency, IFib.NoRoute);
        holdings[IFib.NoRoute].Uses = 1;
    }

    /// <summary>A table of these adjacencies, numbered as they stand; it does not change.</summary>
    internal AdjacencyTable(Adjacency[] adjacencies, PortEntry?[] ports)
    {
        this.ports = ports;
        items = adjacencies;
        fused = [.. adjacencies.Select(adjacency => new FusedAdjacency(adjacency, ports))];
        holdings = [.. adjacencies.Select(_ => new Holding { Uses = 1 })];
        next = adjacencies.Length;
    }

    /// <summary>
    /// The adjacencies by number; a slot that nobody holds says "no route". Read it after the lookup, since it is replaced when it grows. For any reader.
    /// </summary>
    public Adjacency[] Items
    {
        get
        {
            // A leaf is published after the slot and the array that it needs; so the loads here must not be done before that of the leaf.
            Volatile.ReadBarrier();
            return items;
        }
    }

    /// <summary>The adjacencies that are held now. For any thread; beside changes, some of them may show and others not.</summary>
    public IEnumerable<Adjacency> InUse
    {
        get
        {
            var (uses, shown) = (Volatile.Read(ref holdings), Items);
            return Enumerable.Range(0, Math.Min(uses.Length, shown.Length)).Where(number => uses[number].Uses > 0).Select(number => shown[number]);
        }
    }

    /// <summary>The tunnels of all adjacencies by their far end, until their slots are used again. For any thread.</summary>
    public IReadOnlyDictionary<IPv4Address, IReadOnlyList<Tunnel>> TunnelsByPeer => tunnels;

    /// <summary>Number of adjacencies that are held.</summary>
    public int Count => next - free.Count - Retired;

    /// <summary>Slots that wait for readers.</summary>
    internal int Retired { get; private set; }

    /// <summary>What the fused path reads, by number; as for <see cref="Items"/>.</summary>
    internal FusedAdjacency[] Fused
    {
        get
        {
            Volatile.ReadBarrier();
            return fused;
        }
    }

    /// <summary>The number of an adjacency, held once more by the caller.</summary>
    /// <param name="adjacency">Its members, if it has any, are held by the caller, who hands that over.</param>
    public int Acquire(Adjacency adjacency)
    {
        if (numbers.TryGetValue(adjacency, out var number))
        {
            if (holdings[number].Uses++ == 0)
                Retired--;
            foreach (var member in adjacency.Members)
                Release(member);
            return number;
        }

        number = TakeSlot();
        if (adjacency.Tunnel is { } tunnel)
            AddTunnel(tunnel);
        numbers.Add(adjacency, number);
        holdings[number].Uses = 1;
        items[number] = adjacency;
        fused[number] = new FusedAdjacency(adjacency, ports);
        return number;
    }

    /// <summary>Ends one hold of a number, after the leaf that led there was changed.</summary>
    public void Release(int number)
    {
        ref var holding = ref holdings[number];
        if (--holding.Uses > 0)
            return;
        Retired++;
        if (quiescence is null)
            return;
        holding.Mark = quiescence.Mark();
        retired.Enqueue((holding.Mark, number));
    }

    /// <summary>Makes slots available that nobody holds and no reader can read any more.</summary>
    public void Reclaim()
    {
        var passed = 0L;
        while (retired.TryPeek(out var slot))
        {
            if (slot.Mark > passed)
            {
                if (!quiescence!.HasPassed(slot.Mark))
                    return;
                passed = slot.Mark;
            }

            retired.Dequeue();
            // It may have been held again since, and even released again.
            if (holdings[slot.Number] is { Uses: 0 } holding && holding.Mark == slot.Mark)
                Free(slot.Number);
        }
    }

    private int TakeSlot()
    {
        if (free.TryPop(out var number))
            return number;
        if (next == items.Length)
            Grow();
        return next++;
    }

    private void Grow()
    {
        var (larger, largerFused, largerHoldings) = (new Adjacency[next * 2], new FusedAdjacency[next * 2], new Holding[next * 2]);
        items.CopyTo(larger, 0);
        Array.Fill(larger, ForwardingTables.NoRouteAdjacency, next, next);
        fused.CopyTo(largerFused, 0);
        holdings.CopyTo(largerHoldings, 0);
        Volatile.Write(ref items, larger);
        Volatile.Write(ref fused, largerFused);
        Volatile.Write(ref holdings, largerHoldings);
    }

    private void Free(int number)
    {
        var adjacency = items[number];
        numbers.Remove(adjacency);
        if (adjacency.Tunnel is { } tunnel)
            RemoveTunnel(tunnel);
        items[number] = ForwardingTables.NoRouteAdjacency;
        fused[number] = default;
        free.Push(number);
        Retired--;
        foreach (var member in adjacency.Members)
            Release(member);
    }

    private void AddTunnel(Tunnel tunnel)
    {
        var uses = tunnelUses.GetValueOrDefault(tunnel);
        tunnelUses[tunnel] = uses + 1;
        if (uses == 0)
            tunnels[tunnel.Remote] = tunnels.TryGetValue(tunnel.Remote, out var others) ? [.. others, tunnel] : [tunnel];
    }

    private void RemoveTunnel(Tunnel tunnel)
    {
        if (--tunnelUses[tunnel] > 0)
            return;
        tunnelUses.Remove(tunnel);
        IReadOnlyList<Tunnel> others = [.. tunnels[tunnel.Remote].Where(other => other != tunnel)];
        if (others.Count > 0)
            tunnels[tunnel.Remote] = others;
        else
            tunnels.TryRemove(tunnel.Remote, out _);
    }

    private struct Holding
    {
        public int Uses;

        // Since when it is not held.
        public long Mark;
    }
}
