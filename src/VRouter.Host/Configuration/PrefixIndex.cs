using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Configuration;

/// <summary>Finds the one of several prefixes, none of which overlap, that an address or a smaller prefix lies in.</summary>
internal sealed class PrefixIndex<T>
{
    private readonly (IPv4Prefix Prefix, T Item)[] entries;

    public PrefixIndex(IEnumerable<(IPv4Prefix Prefix, T Item)> entries) =>
        this.entries = [.. entries.OrderBy(entry => entry.Prefix)];

    public bool TryFind(IPv4Address address, out T item) => TryFind(IPv4Prefix.Host(address), out item);

    public bool TryFind(IPv4Prefix prefix, out T item)
    {
        int low = 0, high = entries.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Prefix.Network <= prefix.Network)
                low = middle + 1;
            else
                high = middle;
        }

        item = low > 0 ? entries[low - 1].Item : default!;
        return low > 0 && entries[low - 1].Prefix.Contains(prefix);
    }
}
