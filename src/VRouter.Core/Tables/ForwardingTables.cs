using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// All that the stages read, compiled from resources and published as one reference, so that a pass sees one consistent state. Everything is immutable but routes:
/// <see cref="Fib"/> and <see cref="AdjacencyTable"/> may be updated in place by one writer, in an order in which a lookup's result always leads to its adjacency.
/// </summary>
public sealed class ForwardingTables
{
    private readonly Adjacency[] adjacencies = [NoRouteAdjacency];
    private AdjacencyTable? adjacencyTable;
    private Fused.FusedTables? fused;

    /// <summary>The adjacency that adjacency index 0 must be: <see cref="IFib.NoRoute"/>.</summary>
    public static Adjacency NoRouteAdjacency { get; } = new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.NoRoute };

    /// <summary>Tables with no port and no route.</summary>
    public static ForwardingTables Empty { get; } = new()
    {
        Fib = new MultibitTrie(),
        Adjacencies = [NoRouteAdjacency],
        Ports = [],
    };

    /// <summary>From address to index in <see cref="Adjacencies"/>.</summary>
    public required IFib Fib { get; init; }

    /// <summary>
    /// The adjacencies; index 0 is <see cref="NoRouteAdjacency"/>. A stage reads them after its lookup, once or more often: an index that a lookup of this pass
    /// returned means the same until the pass ends. Set either this, for adjacencies that stay, or <see cref="AdjacencyTable"/>.
    /// </summary>
    public Adjacency[] Adjacencies
    {
        get => adjacencyTable is { } table ? table.Items : adjacencies;
        init => adjacencies = value;
    }

    /// <summary>The numbering of the adjacencies.</summary>
    public AdjacencyTable AdjacencyTable
    {
        get => Volatile.Read(ref adjacencyTable) ?? MakeTable();
        init => adjacencyTable = value;
    }

    /// <summary>The ports by index; null where a port is gone.</summary>
    public required PortEntry?[] Ports { get; init; }

    /// <summary>The node's address: the source of ICMP errors and of tunnel packets.</summary>
    public IPv4Address NodeAddress { get; init; }

    /// <summary>All addresses of the router itself: no packet from elsewhere may have one as its source.</summary>
    public AddressSet LocalAddresses { get; init; } = AddressSet.Empty;

    /// <summary>Nodes whose IPIP packets are accepted; empty while IPIP is not in use.</summary>
    public AddressSet IpipPeers { get; init; } = AddressSet.Empty;

    /// <summary>Nodes whose VXLAN packets are accepted; empty while VXLAN is not in use.</summary>
    public AddressSet VxlanPeers { get; init; } = AddressSet.Empty;

    /// <summary>This node's VTEP, or null while VXLAN is not in use.</summary>
    public VxlanSettings? Vxlan { get; init; }

    /// <summary>UDP ports that a workload's packets count as VXLAN for: the escape check holds also while VXLAN is not in use.</summary>
    public IReadOnlyList<ushort> VxlanL4Ports { get; init; } = [4789];

    /// <summary>Tunnels to each peer, for ICMP errors that come back about outer packets: keyed by remote address.</summary>
    public IReadOnlyDictionary<IPv4Address, IReadOnlyList<Tunnels.Tunnel>> TunnelsByPeer { get; init; } =
        new Dictionary<IPv4Address, IReadOnlyList<Tunnels.Tunnel>>();

    /// <summary>What the fused path reads instead: made at the first call, then kept. Any thread.</summary>
    internal Fused.FusedTables Fused => Volatile.Read(ref fused) ?? (fused = new Fused.FusedTables(this));

    private AdjacencyTable MakeTable()
    {
        var made = new AdjacencyTable(adjacencies, Ports);
        return Interlocked.CompareExchange(ref adjacencyTable, made, null) ?? made;
    }
}
