namespace VRouter.Core.Tables;

/// <summary>The kinds of <see cref="NeighborEvent"/>.</summary>
public enum NeighborAction : byte
{
    /// <summary>Send an ARP request.</summary>
    Solicit,

    /// <summary>The address became known: the frames that waited for it can go.</summary>
    Resolved,

    /// <summary>Nobody answered: the frames that waited for it are to be dropped.</summary>
    Unreachable,
}
