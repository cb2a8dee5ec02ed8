namespace VRouter.Core.Tables;

/// <summary>What happens to a packet that matched a route.</summary>
public enum AdjacencyKind : byte
{
    /// <summary>Discarded with <see cref="Adjacency.DropReason"/>: no route, unreachable, blackhole.</summary>
    Drop,

    /// <summary>Addressed to this router.</summary>
    Local,

    /// <summary>Out of <see cref="Adjacency.Port"/> to the neighbor <see cref="Adjacency.NextHop"/>: a workload, a node of the subnet, the gateway.</summary>
    NextHop,

    /// <summary>Out of <see cref="Adjacency.Port"/>, whose subnet contains the destination: the neighbor is the destination itself.</summary>
    Connected,

    /// <summary>Encapsulated in IPv4 (RFC 2003), then as <see cref="NextHop"/>.</summary>
    Ipip,

    /// <summary>Encapsulated in VXLAN (RFC 7348), then as <see cref="NextHop"/>.</summary>
    Vxlan,

    /// <summary>One of <see cref="Adjacency.Members"/>, chosen by flow hash.</summary>
    Multipath,
}
