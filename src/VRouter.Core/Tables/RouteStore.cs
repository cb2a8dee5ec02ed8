namespace VRouter.Core.Tables;

/// <summary>
/// The control side's copy of a trie's routes: up to /18 in one array for each length that occurs, indexed by network; longer ones in a
/// <see cref="RouteBlock"/> for each /18 that has any. About 10 bytes for each route of a large table.
/// </summary>
internal sealed class RouteStore
{
    /// <summary>Prefix length of a block.</summary>
    public const int BlockLength = 18;

    private const int PageSize = 512;

    // Adjacency + 1; 0 where there is no route.
    private readonly int[]?[] shortRoutes = new int[BlockLength + 1][];
    private readonly RouteBlock?[]?[] pages = new RouteBlock[(1 << BlockLength) / PageSize][];

    public int Count { get; private set; }

    /// <summary>The routes longer than /18 in the block, or null if there is none.</summary>
    public RouteBlock? BlockAt(uint block) => pages[block / PageSize]?[block % PageSize];

    /// <summary>All prefixes shorter than /18 that contain a longer route.</summary>
    public PrefixSet Occupied()
    {
        var occupied = new PrefixSet(BlockLength - 1);
        for (var length = 1; length <= BlockLength; length++)
        {
            if (shortRoutes[length] is not { } routes)
                continue;
            for (var network = 0; network < routes.Length; network++)
            {
                network += routes.AsSpan(network).IndexOfAnyExcept(0) is >= 0 and var distance ? distance : routes.Length;
                if (network < routes.Length)
                    occupied.Add(length - 1, (uint)network >> 1);
            }
        }

        for (var block = 0u; block < 1u << BlockLength; block++)
        {
            if (pages[block / PageSize] is not { } page)
                block |= PageSize - 1;
            else if (page[block % PageSize] is not null)
                occupied.Add(BlockLength - 1, block >> 1);
        }

        return occupied;
    }

    /// <summary>The adjacency of a prefix, or null.</summary>
    public int? Find(IPv4Prefix prefix) => prefix.Length <= BlockLength
        ? FindShort(prefix.Length, (uint)((ulong)prefix.Network.Value >> (32 - prefix.Length)))
        : BlockAt(prefix.Network.Value >> (32 - BlockLength))?.Find(prefix);

    /// <summary>The adjacency of a prefix of up to /18, given by its leading bits, or null.</summary>
    public int? FindShort(int length, uint network) => shortRoutes[length] is { } routes && routes[network] != 0 ? routes[network] - 1 : null;

    /// <summary>The adjacency of the longest prefix that contains this one and is no longer than <paramref name="maxLength"/>, or "no route".</summary>
    public int Cover(IPv4Prefix prefix, int maxLength)
    {
        for (var length = Math.Min(prefix.Length, maxLength); length >= 0; length--)
        {
            if (Find(new IPv4Prefix(prefix.Network, length)) is { } adjacency)
                return adjacency;
        }

        return IFib.NoRoute;
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(IPv4Prefix prefix, int adjacency)
    {
        if (Find(prefix) is null)
            Count++;
        if (prefix.Length <= BlockLength)
        {
            var routes = shortRoutes[prefix.Length] ??= new int[1 << prefix.Length];
            routes[(uint)((ulong)prefix.Network.Value >> (32 - prefix.Length))] = adjacency + 1;
            return;
        }

        var block = prefix.Network.Value >> (32 - BlockLength);
        var page = pages[block / PageSize] ??= new RouteBlock[PageSize];
        (page[block % PageSize] ??= new RouteBlock()).Set(prefix, adjacency);
    }

    /// <summary>Removes a prefix.</summary>
    /// <returns>False if it was not there.</returns>
    public bool Remove(IPv4Prefix prefix)
    {
        if (Find(prefix) is null)
            return false;
        Count--;
        if (prefix.Length <= BlockLength)
        {
            shortRoutes[prefix.Length]![(uint)((ulong)prefix.Network.Value >> (32 - prefix.Length))] = 0;
            return true;
        }

        var index = prefix.Network.Value >> (32 - BlockLength);
        var block = BlockAt(index)!;
        block.Remove(prefix);
        if (block.Count == 0)
            pages[index / PageSize]![index % PageSize] = null;
        return true;
    }
}
