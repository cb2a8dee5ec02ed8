using System.Numerics;
using System.Runtime.InteropServices;

namespace VRouter.Core.Tables;

/// <summary>
/// The form of a chunk: 64 bits that mark the last slot of each run of equal values, and one leaf for each run, the last run's first. The leaf of a slot is found
/// by counting the marks from the slot upwards. It has up to 64 slots; the mark of the last one is always set.
/// </summary>
internal static class TrieChunk
{
    public const int MaxSlots = 64;

    /// <summary>The longest chunk, in units.</summary>
    public const int MaxUnits = 1 + (MaxSlots / 2);

    /// <summary>The marks of these slots.</summary>
    public static ulong EndsOf(ReadOnlySpan<uint> slots)
    {
        var ends = 1UL << (slots.Length - 1);
        for (var slot = 0; slot < slots.Length - 1; slot++)
            ends |= (slots[slot] != slots[slot + 1] ? 1UL : 0) << slot;
        return ends;
    }

    /// <summary>The size in units of a chunk with these marks.</summary>
    public static int UnitsOf(ulong ends, bool wide) => 1 + ((BitOperations.PopCount(ends) + (wide ? 1 : 3)) / (wide ? 2 : 4));

    /// <summary>Fills a chunk with leaves of 16 bits.</summary>
    public static void WritePlain(Span<ulong> chunk, ulong ends, ReadOnlySpan<uint> slots)
    {
        chunk[0] = ends;
        var leaves = MemoryMarshal.Cast<ulong, ushort>(chunk[1..]);
        var last = BitOperations.PopCount(ends) - 1;
        for (; ends != 0; ends &= ends - 1)
            leaves[last--] = (ushort)slots[BitOperations.TrailingZeroCount(ends)];
    }

    /// <summary>Fills a chunk with leaves of 32 bits.</summary>
    public static void WriteWide(Span<ulong> chunk, ulong ends, ReadOnlySpan<uint> slots)
    {
        chunk[0] = ends;
        var leaves = MemoryMarshal.Cast<ulong, uint>(chunk[1..]);
        var last = BitOperations.PopCount(ends) - 1;
        for (; ends != 0; ends &= ends - 1)
            leaves[last--] = slots[BitOperations.TrailingZeroCount(ends)];
    }

    /// <summary>The leaves of a wide chunk.</summary>
    public static Span<uint> WideLeaves(Span<ulong> chunk) => MemoryMarshal.Cast<ulong, uint>(chunk[1..])[..BitOperations.PopCount(chunk[0])];

    /// <summary>Writes each slot's value.</summary>
    public static void Read(ReadOnlySpan<ulong> chunk, bool wide, Span<uint> slots)
    {
        var ends = chunk[0];
        var last = BitOperations.PopCount(ends) - 1;
        var from = 0;
        for (; ends != 0; ends &= ends - 1, last--)
        {
            var end = BitOperations.TrailingZeroCount(ends) + 1;
            slots[from..end].Fill(wide ? MemoryMarshal.Cast<ulong, uint>(chunk[1..])[last] : MemoryMarshal.Cast<ulong, ushort>(chunk[1..])[last]);
            from = end;
        }
    }
}
