using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>What the stages know of a port: immutable; a change makes a new entry in new tables.</summary>
public sealed record PortEntry
{
    /// <summary>Index in <see cref="ForwardingTables.Ports"/>, which stays the port's own while it exists.</summary>
    public required int Index { get; init; }

    /// <summary>The interface's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What is at the other end.</summary>
    public required PortRole Role { get; init; }

    /// <summary>The router's MAC address on this port: ee:ee:ee:ee:ee:ee on a workload port, the interface's own on an uplink.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The largest IP packet of the link, in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>Uplink: the node's address there, the sender of ARP requests. Workload: 169.254.1.1.</summary>
    public IPv4Address Address { get; init; } = IPv4Address.WorkloadGateway;

    /// <summary>Uplink: the subnet of the link.</summary>
    public IPv4Prefix Subnet { get; init; }

    /// <summary>
    /// Uplink: the host's kernel shares the interface and sees the frames too. Then it answers ARP for <see cref="Address"/> and all packets to the
    /// node that are not ours; they get <c>Verdict.Deliver</c>. False (in memory, replay): the router itself answers ARP and echo for the address.
    /// </summary>
    public bool HasHostStack { get; init; }

    /// <summary>Workload: its addresses. Proxy ARP never answers for them, only they may be ARP senders.</summary>
    public IReadOnlyList<IPv4Address> WorkloadAddresses { get; init; } = [];

    /// <summary>Workload: source prefixes that it may use beside its own addresses (Calico: allowSpoofedSourcePrefixes).</summary>
    public IReadOnlyList<IPv4Prefix> AllowedSources { get; init; } = [];

    /// <summary>Workload: its MAC address where the resource tells it.</summary>
    public MacAddress? WorkloadMac { get; init; }

    /// <summary>Workload: may send protocol 4.</summary>
    public bool AllowIpip { get; init; }

    /// <summary>Workload: may send UDP to the VXLAN port.</summary>
    public bool AllowVxlan { get; init; }
}
