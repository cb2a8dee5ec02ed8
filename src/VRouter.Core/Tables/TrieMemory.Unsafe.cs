using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace VRouter.Core.Tables;

/// <summary>
/// What readers of a <see cref="MultibitTrie"/> see: a root word for each /18, and the chunks that the words lead to. The garbage collector owns the memory, so
/// that a reader that still holds it keeps it alive; it is pinned, since chunks are laid out by cache lines.
/// </summary>
/// <remarks>
/// Raw pointers, because bounds checks on four loads for each address would cost a fifth of the rate (FibBenchmarks). Every offset that is read was written
/// by <see cref="TrieWriter"/>; none comes from a packet: address bits only choose among the 2^18 root words and, by a population count, among a chunk's leaves.
/// </remarks>
internal sealed unsafe class TrieMemory
{
    private const int RootShift = 32 - RouteStore.BlockLength;
    private const uint Group = 8;
    private const int UnitsPerLine = 64 / sizeof(ulong);

    private readonly uint[] rootOwner = GC.AllocateArray<uint>(1 << RouteStore.BlockLength, pinned: true);
    private readonly ulong[] chunkOwner;
    private readonly uint* root;
    private readonly ulong* chunks;

    /// <summary>Makes an empty trie: all root words lead to chunk 0, which says "no route".</summary>
    /// <param name="units">Room for chunks, in units of eight bytes.</param>
    public TrieMemory(int units)
    {
        Units = units;
        chunkOwner = GC.AllocateArray<ulong>(units + UnitsPerLine, pinned: true);
        root = (uint*)Unsafe.AsPointer(ref rootOwner[0]);
        var start = (nuint)Unsafe.AsPointer(ref chunkOwner[0]);
        chunks = (ulong*)((start + 63) & ~(nuint)63);
    }

    /// <summary>Room for chunks, in units of eight bytes; unit 0 starts a cache line.</summary>
    public int Units { get; }

    /// <summary>Bytes that readers may touch.</summary>
    public long Bytes => ((long)rootOwner.Length * sizeof(uint)) + ((long)chunkOwner.Length * sizeof(ulong));

    /// <summary>The root word of a /18.</summary>
    public uint RootAt(uint block) => rootOwner[block];

    /// <summary>Makes a chunk, filled before, visible to readers.</summary>
    public void Publish(uint block, uint word) => Volatile.Write(ref rootOwner[block], word);

    /// <summary>Sets the root words of all /18s within a prefix, before there is a reader.</summary>
    public void Fill(int length, uint network, uint word)
    {
        var blocks = 1 << (RouteStore.BlockLength - length);
        rootOwner.AsSpan((int)network * blocks, blocks).Fill(word);
    }

    /// <summary>The writer's view of a chunk.</summary>
    public Span<ulong> At(uint unit, int units)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unit + (ulong)units, (ulong)Units);
        return new Span<ulong>(chunks + unit, units);
    }

    /// <summary>Looks up one address.</summary>
    public int Lookup(uint address)
    {
        var found = Find(chunks, root[address >> RootShift], address);
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Looks up a batch.</summary>
    // Pins references, not spans: those would be copied to the stack first, which costs as much as 30 lookups (FibBenchmarks).
    public void Lookup(ReadOnlySpan<uint> addresses, Span<int> adjacencies)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(adjacencies.Length, addresses.Length, nameof(adjacencies));
        fixed (uint* first = &MemoryMarshal.GetReference(addresses))
        fixed (int* results = &MemoryMarshal.GetReference(adjacencies))
            Lookup(root, chunks, first, results, (uint)addresses.Length);
        GC.KeepAlive(this);
    }

    // Eight at a time, first all root words, then all leaves: the loads of a group do not wait for one another, and the words stay in registers, as wide as an
    // address is, which saves a zero extension.
    // Optimised at once: the just-in-time compiler's first code takes five times as long, and a busy core can keep it for seconds (measured).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lookup(uint* root, ulong* chunks, uint* address, int* result, uint count)
    {
        for (var end = address + (count & ~(Group - 1u)); address != end; address += Group, result += Group)
        {
            nuint word0 = root[address[0] >> RootShift];
            nuint word1 = root[address[1] >> RootShift];
            nuint word2 = root[address[2] >> RootShift];
            nuint word3 = root[address[3] >> RootShift];
            nuint word4 = root[address[4] >> RootShift];
            nuint word5 = root[address[5] >> RootShift];
            nuint word6 = root[address[6] >> RootShift];
            nuint word7 = root[address[7] >> RootShift];
            if (((word0 | word1 | word2 | word3 | word4 | word5 | word6 | word7) & TrieWord.Wide) != 0)
            {
                LookupEach(root, chunks, address, result, Group);
                continue;
            }

            result[0] = PlainLeaf(chunks, word0, address[0]);
            result[1] = PlainLeaf(chunks, word1, address[1]);
            result[2] = PlainLeaf(chunks, word2, address[2]);
            result[3] = PlainLeaf(chunks, word3, address[3]);
            result[4] = PlainLeaf(chunks, word4, address[4]);
            result[5] = PlainLeaf(chunks, word5, address[5]);
            result[6] = PlainLeaf(chunks, word6, address[6]);
            result[7] = PlainLeaf(chunks, word7, address[7]);
        }

        LookupEach(root, chunks, address, result, count % Group);
    }

    // Also for groups with a wide chunk.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void LookupEach(uint* root, ulong* chunks, uint* address, int* result, uint count)
    {
        for (var i = 0u; i < count; i++)
            result[i] = Find(chunks, root[address[i] >> RootShift], address[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(ulong* chunks, uint word, uint address)
    {
        if ((word & TrieWord.Wide) == 0)
            return PlainLeaf(chunks, word, address);
        var leaf = WideLeaf(chunks + (word >> 1), address >> 8);
        if ((leaf & TrieWord.Child) != 0)
        {
            leaf = WideLeaf(chunks + (leaf & ~TrieWord.Child), address >> 2);
            if ((leaf & TrieWord.Child) != 0)
                leaf = WideLeaf(chunks + (leaf & ~TrieWord.Child), address & 3);
        }

        return (int)leaf;
    }

    // A plain root word is twice the chunk's unit, so that it scales by four. The shift takes its count modulo 64, which cuts the address's higher bits off.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlainLeaf(ulong* chunks, nuint word, uint address)
    {
        var chunk = (byte*)chunks + (word * 4);
        return *(ushort*)(chunk + (CountOf(*(ulong*)chunk >> (int)(address >> 8)) * sizeof(ushort)) + (sizeof(ulong) - sizeof(ushort)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WideLeaf(ulong* chunk, uint slot) =>
        *(uint*)((byte*)chunk + (CountOf(*chunk >> (int)slot) * sizeof(uint)) + (sizeof(ulong) - sizeof(uint)));

    // The intrinsic returns 64 bits, which saves a zero extension.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint CountOf(ulong bits) => Popcnt.X64.IsSupported ? (nuint)Popcnt.X64.PopCount(bits) : (nuint)BitOperations.PopCount(bits);
}
