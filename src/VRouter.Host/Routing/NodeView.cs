using System.Collections.Immutable;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>The cluster as the router of one node sees it: immutable, and all that routes and tables are computed from.</summary>
public sealed class NodeView
{
    private NodeView(ClusterState state, Node node, RouterConfiguration router, UplinkFacts uplink)
    {
        State = state;
        Node = node;
        Router = router;
        Uplink = uplink;
        Felix = state.FelixOf(node.Name);
        Endpoints = [.. state.EndpointsOf(node.Name)];
        Peers = [.. state.Nodes.Where(other => other.Name != node.Name && other.Address is not null)];
    }

    /// <summary>All resources.</summary>
    public ClusterState State { get; }

    /// <summary>This node; it has an address.</summary>
    public Node Node { get; }

    /// <summary>How this node's router runs.</summary>
    public RouterConfiguration Router { get; }

    /// <summary>The interface to the other nodes.</summary>
    public UplinkFacts Uplink { get; }

    /// <summary>The data-path settings that hold here.</summary>
    public FelixConfiguration Felix { get; }

    /// <summary>The workload endpoints on this node: the ports that there should be.</summary>
    public ImmutableArray<WorkloadEndpoint> Endpoints { get; }

    /// <summary>The other nodes that have an address, ordered by name.</summary>
    public ImmutableArray<Node> Peers { get; }

    /// <summary>The address that other nodes know this one by.</summary>
    public IPv4Address Address => Node.Address!.Value.Address;

    /// <summary>True if some pool uses IPIP.</summary>
    public bool UsesIpip => State.Pools.Any(pool => pool.IpipMode != EncapsulationMode.Never);

    /// <summary>True if some pool uses VXLAN.</summary>
    public bool UsesVxlan => State.Pools.Any(pool => pool.VxlanMode != EncapsulationMode.Never);

    /// <summary>The router's MAC address on an endpoint's port.</summary>
    public MacAddress RouterMacOf(WorkloadEndpoint endpoint) => endpoint.RouterMac ?? Router.Workloads.Mac;

    /// <summary>Takes what concerns a node out of a valid state.</summary>
    /// <exception cref="ArgumentException">The state has no Node with an address, or no RouterConfiguration, of that name.</exception>
    public static NodeView Of(ClusterState state, string nodeName, UplinkFacts uplink)
    {
        if (state.FindNode(nodeName) is not { Address: not null } node)
            throw new ArgumentException($"There is no Node '{nodeName}' with an address.", nameof(nodeName));
        var router = state.FindRouter(nodeName)
            ?? throw new ArgumentException($"There is no RouterConfiguration '{nodeName}'.", nameof(nodeName));
        return new NodeView(state, node, router, uplink);
    }
}
