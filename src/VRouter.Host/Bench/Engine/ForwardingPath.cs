namespace VRouter.Host.Bench.Engine;

/// <summary>The ways through the engine that are measured.</summary>
public enum ForwardingPath
{
    /// <summary>From a workload to a node of the subnet, without a tunnel.</summary>
    Plain,

    /// <summary>From a workload into an IPIP tunnel.</summary>
    IpipEncap,

    /// <summary>Out of an IPIP tunnel to a workload.</summary>
    IpipDecap,

    /// <summary>From a workload into a VXLAN tunnel.</summary>
    VxlanEncap,

    /// <summary>Out of a VXLAN tunnel to a workload.</summary>
    VxlanDecap,

    /// <summary>As <see cref="Plain"/>, with a table of many routes and as many destinations as one likes.</summary>
    PlainFullTable,
}
