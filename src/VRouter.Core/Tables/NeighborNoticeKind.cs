namespace VRouter.Core.Tables;

/// <summary>The kinds of <see cref="NeighborNotice"/>.</summary>
public enum NeighborNoticeKind : byte
{
    /// <summary>An ARP request was sent: the others need not ask, and pass on what they hear.</summary>
    Asked,

    /// <summary>The neighbor's MAC address was heard.</summary>
    Heard,
}
