namespace VRouter.Core.Tables;

/// <summary>What is at the other end of a port.</summary>
public enum PortRole : byte
{
    /// <summary>One workload (pod), which is not trusted.</summary>
    Workload,

    /// <summary>The node network.</summary>
    Uplink,
}
