using VRouter.Core.Graph;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>Where a route leads, compiled: immutable, shared by all prefixes that lead there.</summary>
public sealed record Adjacency
{
    /// <summary>The kind decides which of the other properties are meaningful.</summary>
    public required AdjacencyKind Kind { get; init; }

    /// <summary>Drop: the reason.</summary>
    public DropReason DropReason { get; init; }

    /// <summary>NextHop, Connected, Ipip, Vxlan: the index of the port that the frame leaves by.</summary>
    public int Port { get; init; } = -1;

    /// <summary>NextHop, Ipip, Vxlan: the neighbor on that port's link (for a tunnel: of the outer packet).</summary>
    public IPv4Address NextHop { get; init; }

    /// <summary>The neighbor's MAC address where it is known for good (a workload's, from its resource); null: ARP finds it.</summary>
    public MacAddress? NextHopMac { get; init; }

    /// <summary>NextHop, Connected, Ipip, Vxlan: the largest IP packet in bytes, before encapsulation.</summary>
    public int Mtu { get; init; }

    /// <summary>Ipip, Vxlan: the tunnel.</summary>
    public Tunnel? Tunnel { get; init; }

    /// <summary><see cref="Mtu"/>, or less while the path to the tunnel's peer is known to take less.</summary>
    /// <param name="now">Nanoseconds of the engine's clock.</param>
    public int EffectiveMtu(long now) => Tunnel is null ? Mtu : Math.Min(Mtu, Tunnel.PathMtu.Get(now) - Tunnel.Overhead);

    /// <summary>Multipath: indices of the adjacencies to choose from, none of which is Multipath.</summary>
    public IReadOnlyList<int> Members { get; init; } = [];
}
