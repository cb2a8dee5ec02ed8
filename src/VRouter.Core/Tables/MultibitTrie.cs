using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// A FIB as a compressed trie: the first 18 address bits choose a root word, then 6, 6 and 2 bits a slot of a chunk, which stores runs of equal slots once.
/// Readers take no lock and write nothing. The writer never changes what a reader can reach: it fills new chunks and publishes them by one store of a 32-bit root word;
/// old chunks are used again only after the readers' <see cref="Quiescence"/>. When the memory is full, all that is in use moves to a new one, and the garbage
/// collector frees the old when its last reader has left. docs/performance.md has the design with its figures.
/// </summary>
/// <remarks>
/// Memory: 1 MiB, and at most 264 bytes for each /18, 264 for each /24 and 24 for each /30 that holds a longer prefix, times two for room to move; under 5 MiB for
/// the Internet's table of 900,000 routes, and 20 MiB with the control side's copy of the routes.
/// An update costs microseconds, and time in proportion to the number of /18s that a shorter prefix covers.
/// </remarks>
public sealed class MultibitTrie : IFibWriter
{
    private const int MaxAdjacency = 0xff_ffff;
    private const int LeastUnits = 512;
    private const int MostSpareUnits = 1 << 16;

    private readonly Quiescence? quiescence;
    private readonly RouteStore routes = new();
    private TrieWriter writer;
    private TrieMemory memory;
    private int spareUnits = LeastUnits;

    /// <summary>A trie without routes.</summary>
    /// <param name="quiescence">
    /// Where every thread that looks up while the writer changes routes reports between its passes. Without it, chunks are never used again in place: readers need
    /// not report, and a table that changes all the time moves more often.
    /// </param>
    public MultibitTrie(Quiescence? quiescence = null)
        : this(quiescence, LeastUnits)
    {
    }

    internal MultibitTrie(Quiescence? quiescence, int units)
    {
        this.quiescence = quiescence;
        writer = new TrieWriter(units, quiescence);
        memory = writer.Memory;
    }

    /// <inheritdoc/>
    public int Count => routes.Count;

    /// <summary>Bytes of the memory that readers use, its room to grow included.</summary>
    public long ReaderBytes => memory.Bytes;

    internal ChunkSpace Space => writer.Space;

    internal TrieMemory Memory => memory;

    /// <summary>Makes a trie of many routes at once, several times faster than one by one. Of equal prefixes the last one counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An adjacency is negative or does not fit (24 bits).</exception>
    public static MultibitTrie Build(IEnumerable<KeyValuePair<IPv4Prefix, int>> routes, Quiescence? quiescence = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var trie = new MultibitTrie(quiescence);
        foreach (var (prefix, adjacency) in routes)
        {
            RequireAdjacency(adjacency);
            trie.routes.Set(prefix, adjacency);
        }

        trie.PaintAll(0, 0, IFib.NoRoute, trie.routes.Occupied());
        return trie;
    }

    /// <inheritdoc/>
    public int Lookup(IPv4Address address) => Volatile.Read(ref memory).Lookup(address.Value);

    /// <inheritdoc/>
    public void Lookup(ReadOnlySpan<uint> addresses, Span<int> adjacencies) => Volatile.Read(ref memory).Lookup(addresses, adjacencies);

    /// <inheritdoc/>
    public void Set(IPv4Prefix prefix, int adjacency)
    {
        RequireAdjacency(adjacency);
        if (routes.Find(prefix) == adjacency)
            return;
        routes.Set(prefix, adjacency);
        Paint(prefix);
    }

    /// <inheritdoc/>
    public bool Remove(IPv4Prefix prefix)
    {
        if (!routes.Remove(prefix))
            return false;
        Paint(prefix);
        return true;
    }

    private static void RequireAdjacency(int adjacency)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(adjacency);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(adjacency, MaxAdjacency);
    }

    private void Paint(IPv4Prefix prefix)
    {
        var network = prefix.Network.Value;
        if (prefix.Length <= RouteStore.BlockLength)
        {
            Paint(prefix.Length, (uint)((ulong)network >> (32 - prefix.Length)), routes.Cover(prefix, prefix.Length));
            return;
        }

        writer.Space.Reclaim();
        var block = network >> (32 - RouteStore.BlockLength);
        var (first, last) = ((int)(network >> 8) & 63, (int)(prefix.Last.Value >> 8) & 63);
        var cover = routes.Cover(prefix, 24);
        while (!TryPaint(block, first, last, cover))
            Move();
    }

    // Paints the /18s within a prefix, but for those under a longer one of up to /18.
    private void Paint(int length, uint network, int adjacency)
    {
        if (length == RouteStore.BlockLength)
        {
            PaintBlock(network, adjacency);
            return;
        }

        for (var child = network << 1; child <= (network << 1 | 1); child++)
        {
            if (routes.FindShort(length + 1, child) is null)
                Paint(length + 1, child, adjacency);
        }
    }

    // Paints all /18s within a prefix of a trie that nobody reads yet; where no longer route begins, at once.
    private void PaintAll(int length, uint network, int adjacency, PrefixSet occupied)
    {
        adjacency = routes.FindShort(length, network) ?? adjacency;
        if (length == RouteStore.BlockLength)
        {
            PaintBlock(network, adjacency);
            return;
        }

        if (!occupied.Contains(length, network))
        {
            while (!writer.TryFill(length, network, adjacency))
                Move();
            return;
        }

        PaintAll(length + 1, network << 1, adjacency, occupied);
        PaintAll(length + 1, network << 1 | 1, adjacency, occupied);
    }

    private void PaintBlock(uint block, int adjacency)
    {
        writer.Space.Reclaim();
        while (!TryPaint(block, 0, TrieChunk.MaxSlots - 1, adjacency))
            Move();
    }

    private bool TryPaint(uint block, int first, int last, int adjacency) =>
        routes.BlockAt(block) is { } longer ? writer.TryPaint(block, longer, first, last, adjacency) : writer.TryPaintBlock(block, adjacency);

    // To a memory of twice what is in use and some more: little for a table that is built once, more with each move, so that moves stay rare.
    private void Move()
    {
        TrieWriter moved;
        do
        {
            spareUnits = Math.Min(spareUnits * 2, MostSpareUnits);
            moved = new TrieWriter(checked((2 * writer.Space.LiveUnits) + spareUnits), quiescence);
        }
        while (!moved.TryCopy(writer));

        writer = moved;
        Volatile.Write(ref memory, moved.Memory);
    }
}
