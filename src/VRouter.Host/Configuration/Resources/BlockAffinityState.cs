namespace VRouter.Host.Configuration.Resources;

/// <summary>The step of Calico's two-phase claim of a block.</summary>
public enum BlockAffinityState
{
    /// <summary>The node holds the block; the only state that is routed.</summary>
    Confirmed,

    /// <summary>The node has asked for the block; another may still win it.</summary>
    Pending,

    /// <summary>The node is giving the block back.</summary>
    PendingDeletion,
}
