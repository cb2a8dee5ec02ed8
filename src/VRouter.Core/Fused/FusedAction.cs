namespace VRouter.Core.Fused;

/// <summary>What the fused path does for an adjacency.</summary>
internal enum FusedAction : byte
{
    /// <summary>Nothing: the graph does.</summary>
    None,

    /// <summary>Chooses a member.</summary>
    Multipath,

    /// <summary>Forwards without a tunnel.</summary>
    Plain,

    /// <summary>Forwards into an IPIP tunnel.</summary>
    Ipip,

    /// <summary>Forwards into a VXLAN tunnel.</summary>
    Vxlan,
}
