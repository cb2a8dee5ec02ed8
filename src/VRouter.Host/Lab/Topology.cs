namespace VRouter.Host.Lab;

/// <summary>What a topology file describes: networks, hosts that are attached to them, pods behind the hosts, and the routers to run.</summary>
public sealed record Topology
{
    /// <summary>The lab's name; also the name of its state directory.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it was read from; relative paths in it are resolved against the file's folder.</summary>
    public required string File { get; init; }

    /// <summary>Whether IPv6 stays enabled in the namespaces. It is off by default, which keeps neighbor and router discovery out of captures.</summary>
    public bool IPv6 { get; init; }

    /// <summary>The networks, in the file's order.</summary>
    public required IReadOnlyList<TopologyNetwork> Networks { get; init; }

    /// <summary>Nodes and gateways, in the file's order, nodes first.</summary>
    public required IReadOnlyList<TopologyHost> Hosts { get; init; }

    /// <summary>The pods, in the file's order.</summary>
    public required IReadOnlyList<TopologyPod> Pods { get; init; }

    /// <summary>The routers, in the file's order; at most one for each node.</summary>
    public required IReadOnlyList<TopologyRouter> Routers { get; init; }
}
