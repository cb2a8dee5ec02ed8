namespace VRouter.Core.Fused;

/// <summary>An adjacency's link header, remembered while its adjacency and all neighbors stay as they are.</summary>
internal struct FusedHop
{
    /// <summary><see cref="FusedAdjacency.Serial"/>; 0: nothing is remembered.</summary>
    public long Serial;

    /// <summary>The first 8 bytes of the Ethernet header: the destination, and the source's beginning.</summary>
    public ulong Ethernet;
}
