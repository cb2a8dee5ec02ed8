using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon.Guard;

/// <summary>
/// What the host's kernel must not see, because the router takes it. Two equal plans make the same rules.
/// </summary>
public sealed record GuardPlan
{
    /// <summary>The node's name, which the table is named after.</summary>
    public required string Node { get; init; }

    /// <summary>The uplink, which the kernel shares.</summary>
    public required GuardedInterface Uplink { get; init; }

    /// <summary>The node's address: the outer destination of tunnel packets.</summary>
    public required IPv4Address NodeAddress { get; init; }

    /// <summary>The UDP port of VXLAN packets to the node's address; null while VXLAN is not in use.</summary>
    public ushort? VxlanL4Port { get; init; }

    /// <summary>Destinations that packets on the uplink are routed to local workloads for.</summary>
    public ValueList<IPv4Prefix> Destinations { get; init; }

    /// <summary>Existing interfaces of workloads: all that they send is the router's. Taps are not among them, since their frames never reach the kernel.</summary>
    public ValueList<GuardedInterface> Workloads { get; init; }
}
