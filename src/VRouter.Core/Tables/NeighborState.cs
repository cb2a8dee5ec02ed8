namespace VRouter.Core.Tables;

/// <summary>What is known of a neighbor's MAC address (RFC 826; the states are named as in RFC 4861 §7.3.2).</summary>
public enum NeighborState : byte
{
    /// <summary>No entry.</summary>
    None,

    /// <summary>Not known yet: requests are on their way, frames wait.</summary>
    Incomplete,

    /// <summary>Confirmed a short while ago.</summary>
    Reachable,

    /// <summary>Known, but neither confirmed nor used for a while. Usable; the next use has it confirmed.</summary>
    Stale,

    /// <summary>Known and in use, while unicast requests ask whether it still holds. Usable.</summary>
    Probe,

    /// <summary>Nobody answered.</summary>
    Failed,
}
