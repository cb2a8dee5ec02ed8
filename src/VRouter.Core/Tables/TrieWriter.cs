using System.Numerics;
using System.Runtime.InteropServices;

namespace VRouter.Core.Tables;

/// <summary>
/// Writes the chunks of one <see cref="TrieMemory"/> from a <see cref="RouteStore"/>. A /18 is always replaced whole, by one store of its root word, so that
/// readers see it before or after a change. Methods that return false ran out of room; the memory is valid, but may hold chunks that nothing leads to.
/// </summary>
internal sealed class TrieWriter
{
    private const int SlotsPerHost30 = 4;

    private readonly Quiescence? quiescence;
    private readonly ChunkSpace space;
    private readonly Dictionary<uint, uint> uniform = [];
    private readonly List<(uint Unit, int Units)> unlinked = [];

    public TrieWriter(int units, Quiescence? quiescence)
    {
        this.quiescence = quiescence;
        Memory = new TrieMemory(units);
        space = new ChunkSpace(units, quiescence);

        // Chunk 0, which all root words lead to at first.
        TryUniform(IFib.NoRoute, out _);
    }

    public TrieMemory Memory { get; }

    public ChunkSpace Space => space;

    /// <summary>Gives a whole /18 one value.</summary>
    public bool TryPaintBlock(uint block, int adjacency)
    {
        if (!TryUniform((uint)adjacency, out var word))
            return false;
        unlinked.Clear();
        var old = Memory.RootAt(block);
        if (TrieWord.IsWide(old))
            UnlinkChildren(ChunkOf(TrieWord.UnitOf(old), wide: true));
        Replace(block, word);
        return true;
    }

    /// <summary>Gives all /18s within a prefix of up to /18 one value; they must have none yet, and no reader.</summary>
    public bool TryFill(int length, uint network, int adjacency)
    {
        if (!TryUniform((uint)adjacency, out var word))
            return false;
        Memory.Fill(length, network, word);
        return true;
    }

    /// <summary>Paints the slots of a /18, each a /24, anew from its routes.</summary>
    /// <param name="block">The /18.</param>
    /// <param name="routes">Its longer routes.</param>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last slot.</param>
    /// <param name="adjacency">The value where none of the routes that start in these slots matches.</param>
    public bool TryPaint(uint block, RouteBlock routes, int first, int last, int adjacency)
    {
        Span<uint> slots = stackalloc uint[TrieChunk.MaxSlots];
        unlinked.Clear();
        var old = Memory.RootAt(block);
        TrieChunk.Read(ChunkOf(TrieWord.UnitOf(old), TrieWord.IsWide(old)), TrieWord.IsWide(old), slots);
        for (var slot = first; slot <= last; slot++)
        {
            if (TrieWord.IsChild(slots[slot]))
                Unlink(TrieWord.ChildUnit(slots[slot]));
            slots[slot] = (uint)adjacency;
        }

        for (var position = routes.FirstFrom((uint)first << 8); position < routes.Count && routes[position].Offset >> 8 <= last;)
        {
            var route = routes[position];
            var slot = route.Offset >> 8;
            if (route.Length <= 24)
            {
                slots[slot..Math.Min(slot + (1 << (24 - route.Length)), last + 1)].Fill((uint)route.Adjacency);
                position++;
            }
            else if (!TryChild(routes, ref position, ref slots[slot]))
            {
                return false;
            }
        }

        if (!TryRootChunk(slots, out var word))
            return false;
        Replace(block, word);
        return true;
    }

    /// <summary>Copies all that root words lead to from a memory that is to be left.</summary>
    public bool TryCopy(TrieWriter other)
    {
        var copied = new Dictionary<uint, uint>();
        for (var block = 0u; block < 1u << RouteStore.BlockLength; block++)
        {
            var word = other.Memory.RootAt(block);
            if (word == 0)
                continue;
            if (!copied.TryGetValue(word, out var copy))
            {
                var chunk = other.ChunkOf(TrieWord.UnitOf(word), TrieWord.IsWide(word));
                if (BitOperations.PopCount(chunk[0]) == 1)
                {
                    if (!TryUniform(TrieWord.IsWide(word) ? TrieChunk.WideLeaves(chunk)[0] : MemoryMarshal.Cast<ulong, ushort>(chunk)[4], out copy))
                        return false;
                    copied.Add(word, copy);
                }
                else
                {
                    if (!TryCopy(other, chunk, TrieWord.IsWide(word), out var unit))
                        return false;
                    copy = TrieWord.Root(unit, TrieWord.IsWide(word));
                }
            }

            Memory.Publish(block, copy);
        }

        return true;
    }

    // All routes of one /24 that are longer, from position on.
    private bool TryChild(RouteBlock routes, ref int position, ref uint value)
    {
        Span<uint> slots = stackalloc uint[TrieChunk.MaxSlots];
        slots.Fill(value);
        for (var slot24 = routes[position].Offset >> 8; position < routes.Count && routes[position].Offset >> 8 == slot24;)
        {
            var route = routes[position];
            var slot = (route.Offset >> 2) & (TrieChunk.MaxSlots - 1);
            if (route.Length <= 30)
            {
                slots.Slice(slot, 1 << (30 - route.Length)).Fill((uint)route.Adjacency);
                position++;
            }
            else if (!TryGrandchild(routes, ref position, ref slots[slot]))
            {
                return false;
            }
        }

        return TryChildChunk(slots, out value);
    }

    // All routes of one /30 that are longer, from position on.
    private bool TryGrandchild(RouteBlock routes, ref int position, ref uint value)
    {
        Span<uint> slots = stackalloc uint[SlotsPerHost30];
        slots.Fill(value);
        for (var slot30 = routes[position].Offset >> 2; position < routes.Count && routes[position].Offset >> 2 == slot30; position++)
        {
            var route = routes[position];
            slots.Slice(route.Offset & (SlotsPerHost30 - 1), 1 << (32 - route.Length)).Fill((uint)route.Adjacency);
        }

        return TryChildChunk(slots, out value);
    }

    private bool TryChildChunk(ReadOnlySpan<uint> slots, out uint value)
    {
        value = slots[0];
        var ends = TrieChunk.EndsOf(slots);
        if (BitOperations.PopCount(ends) == 1)
            return true;
        var units = TrieChunk.UnitsOf(ends, wide: true);
        if (!space.TryTake(units, out var unit))
            return false;
        TrieChunk.WriteWide(Memory.At(unit, units), ends, slots);
        value = TrieWord.Child | unit;
        return true;
    }

    private bool TryRootChunk(ReadOnlySpan<uint> slots, out uint word)
    {
        var ends = TrieChunk.EndsOf(slots);
        if (BitOperations.PopCount(ends) == 1)
            return TryUniform(slots[0], out word);
        var wide = slots.ContainsAnyExceptInRange(0u, ushort.MaxValue);
        var units = TrieChunk.UnitsOf(ends, wide);
        word = 0;
        if (!space.TryTake(units, out var unit))
            return false;
        if (wide)
            TrieChunk.WriteWide(Memory.At(unit, units), ends, slots);
        else
            TrieChunk.WritePlain(Memory.At(unit, units), ends, slots);
        word = TrieWord.Root(unit, wide);
        return true;
    }

    // One chunk for all the /18s that have this value throughout: few cache lines for most of the address space.
    private bool TryUniform(uint adjacency, out uint word)
    {
        if (uniform.TryGetValue(adjacency, out word))
            return true;
        var wide = adjacency > ushort.MaxValue;
        if (!space.TryTake(2, out var unit))
            return false;
        if (wide)
            TrieChunk.WriteWide(Memory.At(unit, 2), 1UL << (TrieChunk.MaxSlots - 1), Slots(adjacency));
        else
            TrieChunk.WritePlain(Memory.At(unit, 2), 1UL << (TrieChunk.MaxSlots - 1), Slots(adjacency));
        word = TrieWord.Root(unit, wide);
        uniform.Add(adjacency, word);
        return true;
    }

    private static uint[] Slots(uint value)
    {
        var slots = new uint[TrieChunk.MaxSlots];
        Array.Fill(slots, value);
        return slots;
    }

    private bool TryCopy(TrieWriter other, Span<ulong> chunk, bool wide, out uint unit)
    {
        if (!space.TryTake(chunk.Length, out unit))
            return false;
        var copy = Memory.At(unit, chunk.Length);
        chunk.CopyTo(copy);
        if (!wide)
            return true;
        foreach (ref var leaf in TrieChunk.WideLeaves(copy))
        {
            if (!TrieWord.IsChild(leaf))
                continue;
            if (!TryCopy(other, other.ChunkOf(TrieWord.ChildUnit(leaf), wide: true), wide: true, out var child))
                return false;
            leaf = TrieWord.Child | child;
        }

        return true;
    }

    private Span<ulong> ChunkOf(uint unit, bool wide) => Memory.At(unit, TrieChunk.UnitsOf(Memory.At(unit, 1)[0], wide));

    private void Unlink(uint unit)
    {
        var chunk = ChunkOf(unit, wide: true);
        unlinked.Add((unit, chunk.Length));
        UnlinkChildren(chunk);
    }

    private void UnlinkChildren(Span<ulong> chunk)
    {
        foreach (var leaf in TrieChunk.WideLeaves(chunk))
        {
            if (TrieWord.IsChild(leaf))
                Unlink(TrieWord.ChildUnit(leaf));
        }
    }

    // Chunks of one run are shared and stay.
    private void Replace(uint block, uint word)
    {
        var old = Memory.RootAt(block);
        if (old == word)
            return;
        Memory.Publish(block, word);
        var chunk = ChunkOf(TrieWord.UnitOf(old), TrieWord.IsWide(old));
        if (BitOperations.PopCount(chunk[0]) > 1)
            unlinked.Add((TrieWord.UnitOf(old), chunk.Length));
        if (unlinked.Count == 0)
            return;
        var mark = quiescence?.Mark() ?? 0;
        foreach (var (unit, units) in unlinked)
            space.Retire(mark, unit, units);
        unlinked.Clear();
    }
}
