namespace VRouter.Core.Tables;

/// <summary>One route of a <see cref="RouteBlock"/> in eight bytes: the low 14 bits of its network, its length, and its adjacency.</summary>
internal readonly struct BlockRoute(ulong bits)
{
    public BlockRoute(uint key, int adjacency)
        : this(((ulong)key << 32) | (uint)adjacency)
    {
    }

    public ulong Bits => bits;

    /// <summary>Orders by network, then by length.</summary>
    public uint Key => (uint)(bits >> 32);

    /// <summary>The network's address within its /18.</summary>
    public int Offset => (int)(Key >> 6);

    public int Length => (int)(Key & 63);

    public int Adjacency => (int)(uint)bits;

    public static uint KeyOf(uint network, int length) => ((network & 0x3fff) << 6) | (uint)length;
}
