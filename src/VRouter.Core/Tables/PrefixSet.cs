namespace VRouter.Core.Tables;

/// <summary>A set of prefixes that holds, with each prefix, all that contain it: a bit for each.</summary>
/// <param name="maxLength">The longest prefixes.</param>
internal sealed class PrefixSet(int maxLength)
{
    // Prefixes of one length stand together, in the order of lengths: the network's bits behind a leading one.
    private readonly ulong[] bits = new ulong[((2 << maxLength) + 63) / 64];

    /// <summary>True if the prefix is in the set.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="network">Its leading bits.</param>
    public bool Contains(int length, uint network)
    {
        var place = (1u << length) | network;
        return (bits[place / 64] >> (int)(place % 64) & 1) != 0;
    }

    /// <summary>Adds a prefix, and all that contain it.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="network">Its leading bits.</param>
    public void Add(int length, uint network)
    {
        for (var place = (1u << length) | network; place > 0; place >>= 1)
        {
            ref var word = ref bits[place / 64];
            var bit = 1UL << (int)(place % 64);
            if ((word & bit) != 0)
                return;
            word |= bit;
        }
    }
}
