using System.Runtime.CompilerServices;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// A FIB as a trie of three levels, of 16, 8 and 8 address bits. A slot is one 32-bit word, so that readers never see half of a route: a leaf holds
/// the prefix length and the adjacency, a negative word the number of the chunk that follows. A chunk is filled before the word that leads to it is
/// written, and is never given to another place of the trie, so that a reader that is still in it stays right.
/// </summary>
/// <remarks>Memory: 256 KiB, and 1 KiB for each /16 or /24 that holds a longer prefix.</remarks>
public sealed class MultibitTrie : IFibWriter
{
    private const int MaxAdjacency = 0xff_ffff;
    private const int ChunkSize = 256;

    private readonly Dictionary<IPv4Prefix, int> routes = [];
    private readonly int[] root = new int[1 << 16];
    private int[][] chunks = new int[16][];
    private int chunkCount;

    /// <inheritdoc/>
    public int Count => routes.Count;

    /// <inheritdoc/>
    public int Lookup(IPv4Address address)
    {
        var value = address.Value;
        var word = Volatile.Read(ref root[value >> 16]);
        if (word < 0)
        {
            word = Follow(word, (byte)(value >> 8));
            if (word < 0)
                word = Follow(word, (byte)value);
        }

        return word & MaxAdjacency;
    }

    /// <inheritdoc/>
    public void Lookup(ReadOnlySpan<uint> addresses, Span<int> adjacencies)
    {
        adjacencies = adjacencies[..addresses.Length];
        for (var i = 0; i < adjacencies.Length; i++)
            adjacencies[i] = Lookup(new IPv4Address(addresses[i]));
    }

    /// <inheritdoc/>
    public void Set(IPv4Prefix prefix, int adjacency)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(adjacency);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(adjacency, MaxAdjacency);
        routes[prefix] = adjacency;
        Paint(prefix, Leaf(prefix.Length, adjacency), replacesLength: -1);
    }

    /// <inheritdoc/>
    public bool Remove(IPv4Prefix prefix)
    {
        if (!routes.Remove(prefix))
            return false;
        Paint(prefix, CoveringLeaf(prefix), replacesLength: prefix.Length);
        return true;
    }

    private static int Leaf(int length, int adjacency) => (length << 24) | adjacency;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Follow(int word, byte index) => Volatile.Read(ref Volatile.Read(ref chunks)[~word][index]);

    private int CoveringLeaf(IPv4Prefix prefix)
    {
        for (var length = prefix.Length - 1; length >= 0; length--)
        {
            if (routes.TryGetValue(new IPv4Prefix(prefix.Network, length), out var adjacency))
                return Leaf(length, adjacency);
        }

        return IFib.NoRoute;
    }

    // Writes the leaf over the prefix's slots. An insert (replacesLength -1) leaves longer prefixes alone; a removal touches only the slots
    // that belong to the removed prefix, which within its range are those of its length.
    private void Paint(IPv4Prefix prefix, int leaf, int replacesLength)
    {
        var (first, last) = (prefix.Network.Value, prefix.Last.Value);
        if (prefix.Length <= 16)
        {
            PaintRange(root, (int)(first >> 16), (int)(last >> 16), prefix.Length, leaf, replacesLength);
            return;
        }

        var middle = ChildOf(root, (int)(first >> 16));
        if (prefix.Length <= 24)
            PaintRange(middle, (byte)(first >> 8), (byte)(last >> 8), prefix.Length, leaf, replacesLength);
        else
            PaintRange(ChildOf(middle, (byte)(first >> 8)), (byte)first, (byte)last, prefix.Length, leaf, replacesLength);
    }

    private void PaintRange(int[] slots, int first, int last, int length, int leaf, int replacesLength)
    {
        for (var slot = first; slot <= last; slot++)
        {
            var word = slots[slot];
            if (word < 0)
                PaintRange(chunks[~word], 0, ChunkSize - 1, length, leaf, replacesLength);
            else if (replacesLength < 0 ? word >> 24 <= length : word >> 24 == replacesLength)
                Volatile.Write(ref slots[slot], leaf);
        }
    }

    private int[] ChildOf(int[] slots, int slot)
    {
        var word = slots[slot];
        if (word < 0)
            return chunks[~word];
        var chunk = new int[ChunkSize];
        Array.Fill(chunk, word);
        if (chunkCount == chunks.Length)
        {
            var larger = new int[chunks.Length * 2][];
            chunks.CopyTo(larger, 0);
            larger[chunkCount] = chunk;
            Volatile.Write(ref chunks, larger);
        }
        else
        {
            Volatile.Write(ref chunks[chunkCount], chunk);
        }

        Volatile.Write(ref slots[slot], ~chunkCount);
        chunkCount++;
        return chunk;
    }
}
