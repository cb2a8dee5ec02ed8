namespace VRouter.Core.Tables;

/// <summary>
/// The control side's copy of the routes longer than /18 within one /18: sorted by network, then by length, so that a prefix comes before all it contains.
/// </summary>
internal sealed class RouteBlock
{
    private ulong[] entries = new ulong[2];

    public int Count { get; private set; }

    /// <summary>The route at a position in the order.</summary>
    public BlockRoute this[int position] => new(entries[position]);

    public int? Find(IPv4Prefix prefix)
    {
        var key = BlockRoute.KeyOf(prefix.Network.Value, prefix.Length);
        var position = LowerBound(key);
        return position < Count && this[position].Key == key ? this[position].Adjacency : null;
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(IPv4Prefix prefix, int adjacency)
    {
        var key = BlockRoute.KeyOf(prefix.Network.Value, prefix.Length);
        var position = LowerBound(key);
        if (position == Count || this[position].Key != key)
        {
            if (Count == entries.Length)
                Array.Resize(ref entries, Count + Math.Max(2, Count / 2));
            entries.AsSpan(position, Count - position).CopyTo(entries.AsSpan(position + 1));
            Count++;
        }

        entries[position] = new BlockRoute(key, adjacency).Bits;
    }

    /// <summary>Removes a route that is there.</summary>
    public void Remove(IPv4Prefix prefix)
    {
        var position = LowerBound(BlockRoute.KeyOf(prefix.Network.Value, prefix.Length));
        entries.AsSpan(position + 1, Count - position - 1).CopyTo(entries.AsSpan(position));
        Count--;
        if (Count < entries.Length / 4)
            Array.Resize(ref entries, Math.Max(2, entries.Length / 2));
    }

    /// <summary>The position of the first route whose network is this address or a higher one.</summary>
    public int FirstFrom(uint address) => LowerBound(BlockRoute.KeyOf(address, 0));

    private int LowerBound(uint key)
    {
        var (low, high) = (0, Count);
        if (high > 0 && this[high - 1].Key < key)
            return high;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (this[middle].Key < key)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
