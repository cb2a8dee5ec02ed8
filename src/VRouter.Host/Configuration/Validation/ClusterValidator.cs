using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Validation;

/// <summary>Finds what is wrong between resources that are each right by themselves.</summary>
internal sealed class ClusterValidator
{
    private const string NodeAddressField = "spec.bgp.ipv4Address";

    private readonly ClusterState state;
    private readonly Func<ResourceKey, bool> exists;
    private readonly DiagnosticBag diagnostics;
    private readonly HashSet<string> nodesInUse = [];

    private ClusterValidator(ClusterState state, Func<ResourceKey, bool> exists, DiagnosticBag diagnostics)
    {
        this.state = state;
        this.exists = exists;
        this.diagnostics = diagnostics;
    }

    /// <summary>
    /// Checks all resources. <paramref name="exists"/> tells whether a resource is there although it may be missing from
    /// <paramref name="state"/>, because it had errors of its own or its file could not be read.
    /// </summary>
    public static void Validate(ClusterState state, Func<ResourceKey, bool> exists, DiagnosticBag diagnostics)
    {
        var validator = new ClusterValidator(state, exists, diagnostics);
        validator.CheckPools();
        validator.CheckBlocks();
        validator.CheckEndpoints();
        validator.CheckRouters();
        validator.CheckNodes();
    }

    private void CheckPools()
    {
        IPPool? widest = null;
        foreach (var pool in state.Pools.OrderBy(pool => pool.Cidr))
        {
            if (widest is not null && widest.Cidr.Overlaps(pool.Cidr))
                Error(pool, "spec.cidr", $"{pool.Cidr} overlaps {widest.Cidr} of {widest.Key}, at {widest.Source["spec.cidr"]}");
            else
                widest = pool;
        }
    }

    private void CheckBlocks()
    {
        BlockAffinity? widest = null;
        foreach (var block in state.Blocks.Where(block => block.IsRouted).OrderBy(block => block.Cidr))
        {
            RequireNode(block, "spec.node", block.Node);
            if (state.PoolOf(block.Cidr) is null)
                Warning(block, "spec.cidr", $"{block.Cidr} lies in no IPPool: it is reached without encapsulation");
            if (widest is null || !widest.Cidr.Overlaps(block.Cidr))
            {
                widest = block;
                continue;
            }

            var overlap = $"{block.Cidr} overlaps {widest.Cidr} of {widest.Key}, at {widest.Source["spec.cidr"]}";
            if (widest.Node == block.Node)
                Warning(block, "spec.cidr", overlap);
            else
                Error(block, "spec.cidr", $"{overlap}, which belongs to node '{widest.Node}'");
        }
    }

    private void CheckEndpoints()
    {
        var owners = new Dictionary<IPv4Address, (Resource Owner, string Field)>();
        foreach (var node in state.Nodes)
        {
            if (node.Address is { } address)
                owners.TryAdd(address.Address, (node, NodeAddressField));
        }

        var interfaces = new Dictionary<(string Node, string Interface), WorkloadEndpoint>();
        foreach (var endpoint in state.Endpoints)
        {
            RequireNode(endpoint, "spec.node", endpoint.Node);
            foreach (var address in endpoint.Addresses)
                CheckAddress(endpoint, address, owners);
            if (interfaces.TryAdd((endpoint.Node, endpoint.InterfaceName), endpoint))
                continue;
            var first = interfaces[(endpoint.Node, endpoint.InterfaceName)];
            Error(endpoint, "spec.interfaceName", $"'{endpoint.InterfaceName}' on node '{endpoint.Node}' is also the interface of {first.Key}, "
                + $"at {first.Source["spec.interfaceName"]}");
        }
    }

    private void CheckAddress(WorkloadEndpoint endpoint, IPv4Address address, Dictionary<IPv4Address, (Resource Owner, string Field)> owners)
    {
        var field = WorkloadEndpoint.FieldOf(address);
        if (!owners.TryAdd(address, (endpoint, field)))
        {
            var (owner, ownerField) = owners[address];
            diagnostics.Error(endpoint.Source[field], ReferenceEquals(owner, endpoint)
                ? $"spec.ipNetworks has {address} twice"
                : $"spec.ipNetworks has {address}, which is also an address of {owner.Key}, at {owner.Source[ownerField]}");
        }
        else if (state.PoolOf(VRouter.Core.Tables.IPv4Prefix.Host(address)) is null)
        {
            diagnostics.Warning(endpoint.Source[field], $"spec.ipNetworks has {address}, which lies in no IPPool: it is reached without encapsulation");
        }
    }

    private void CheckRouters()
    {
        foreach (var router in state.Routers)
        {
            RequireNode(router, "metadata.name", router.Name);
            if (state.FindNode(router.Name)?.Address is { } address)
                CheckUplink(router, address);
            var uplink = router.Uplink.Interface;
            if (state.EndpointsOf(router.Name).FirstOrDefault(endpoint => endpoint.InterfaceName == uplink) is { } endpoint)
            {
                Error(router, "spec.uplink.interface",
                    $"'{uplink}' is also the interface of {endpoint.Key}, at {endpoint.Source["spec.interfaceName"]}");
            }
        }
    }

    private void CheckUplink(RouterConfiguration router, IPv4InterfaceAddress nodeAddress)
    {
        var uplink = router.Uplink;
        var place = $"{NodeAddressField} of the Node is {nodeAddress}, at {state.FindNode(router.Name)!.Source[NodeAddressField]}";
        if (uplink.Address is { } address && address.Address != nodeAddress.Address)
            Error(router, "spec.uplink.address", $"is {address}, but {place}");
        else if (uplink.Address is { } given && given != nodeAddress)
            Warning(router, "spec.uplink.address", $"is {given}, but {place}; the Node's prefix length decides what CrossSubnet means");
        if (uplink is { Address: null, Gateway: { } gateway } && nodeAddress.PrefixLength < 32 && !nodeAddress.Subnet.Contains(gateway))
            Error(router, "spec.uplink.gateway", $"{gateway} is not in the node's subnet: {place}");
        if (uplink.Gateway == nodeAddress.Address)
            Error(router, "spec.uplink.gateway", $"{nodeAddress.Address} is the node's own address");

        var felix = state.FelixOf(router.Name);
        CheckTunnelMtu(router, felix.IpipMtu, "ipipMTU", 20);
        CheckTunnelMtu(router, felix.VxlanMtu, "vxlanMTU", 50);
    }

    private void CheckTunnelMtu(RouterConfiguration router, int? tunnelMtu, string felixField, int overhead)
    {
        if (tunnelMtu is { } mtu && router.Uplink.Mtu is { } uplinkMtu && mtu > uplinkMtu - overhead)
        {
            Warning(router, "spec.uplink.mtu", $"{uplinkMtu} leaves {uplinkMtu - overhead} in the tunnel, which holds although FelixConfiguration's {felixField} is {mtu}");
        }
    }

    private void CheckNodes()
    {
        var addresses = new Dictionary<IPv4Address, Node>();
        var vteps = new Dictionary<MacAddress, Node>();
        foreach (var node in state.Nodes)
        {
            if (!vteps.TryAdd(node.VtepMac, node))
            {
                var first = vteps[node.VtepMac];
                Error(node, "spec.vxlanTunnelMACAddr", $"{node.VtepMac} is also the VTEP's of {first.Key}, at {first.Source["spec.vxlanTunnelMACAddr"]}");
            }

            if (node.Address is not { } address)
            {
                if (nodesInUse.Contains(node.Name))
                    diagnostics.Error(node.Source[NodeAddressField], $"{NodeAddressField} is required: {node.Key} has blocks, endpoints or a router");
                else
                    diagnostics.Warning(node.Source[NodeAddressField], $"{NodeAddressField} is missing: {node.Key} takes no part in routing");
            }
            else if (!addresses.TryAdd(address.Address, node))
            {
                var first = addresses[address.Address];
                Error(node, NodeAddressField, $"{address.Address} is also the address of {first.Key}, at {first.Source[NodeAddressField]}");
            }
            else if (state.BlockOf(address.Address) is { } block)
            {
                Error(node, NodeAddressField, $"{address.Address} lies in {block.Cidr} of {block.Key}, at {block.Source["spec.cidr"]}: "
                    + "a node cannot be reached through the block of one");
            }
        }
    }

    private void RequireNode(Resource resource, string field, string nodeName)
    {
        nodesInUse.Add(nodeName);
        if (state.FindNode(nodeName) is null && !exists(new ResourceKey(Node.KindName, string.Empty, nodeName)))
            Error(resource, field, $"names node '{nodeName}', but there is no such Node");
    }

    private void Error(Resource resource, string field, string message) => diagnostics.Error(resource.Source[field], $"{field} {message}");

    private void Warning(Resource resource, string field, string message) => diagnostics.Warning(resource.Source[field], $"{field} {message}");
}
