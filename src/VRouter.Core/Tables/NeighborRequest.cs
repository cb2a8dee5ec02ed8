namespace VRouter.Core.Tables;

/// <summary>What <see cref="NeighborTable.Request"/> says to a frame whose next hop was not usable.</summary>
public enum NeighborRequest : byte
{
    /// <summary>The MAC address is known after all.</summary>
    Usable,

    /// <summary>A request is on its way; the frame can wait.</summary>
    Wait,

    /// <summary>The caller must send a request now; the frame can wait.</summary>
    SolicitAndWait,

    /// <summary>Nobody answered a short while ago.</summary>
    Unreachable,

    /// <summary>The table has no room.</summary>
    Full,
}
