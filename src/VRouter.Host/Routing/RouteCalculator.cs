using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>Computes a node's routes: a pure function of what it is given, its results ordered by prefix.</summary>
public static class RouteCalculator
{
    /// <summary>The routes that the host's own addressing gives: the node's address, the uplink's subnet, the default gateway.</summary>
    public static IReadOnlyList<Route> FromUplink(NodeView view)
    {
        var uplink = view.Uplink;
        var routes = new RouteSet(RouteSource.Host);
        routes.Add(IPv4Prefix.Host(view.Address), new RouteTarget.Local());
        routes.Add(IPv4Prefix.Host(uplink.Address.Address), new RouteTarget.Local());
        var subnet = uplink.Address.Subnet;
        if (subnet.Length < 32)
            routes.Add(subnet, new RouteTarget.Connected(uplink.Interface));
        if (uplink.Gateway is { } gateway)
            routes.Add(IPv4Prefix.Default, new RouteTarget.Via(NextHop.OnLink(gateway)));
        return routes.ToList();
    }

    /// <summary>
    /// The routes that the resources give: this node's workloads and tunnel addresses, its blocks as blackholes, other nodes' blocks, and what
    /// other nodes hold outside their own blocks (borrowed addresses).
    /// </summary>
    public static IReadOnlyList<Route> FromResources(NodeView view)
    {
        var routes = new RouteSet(RouteSource.Resources);
        foreach (var address in TunnelAddressesOf(view.Node))
            routes.Add(IPv4Prefix.Host(address), new RouteTarget.Local());
        foreach (var endpoint in view.Endpoints)
        {
            foreach (var address in endpoint.Addresses)
                routes.Add(IPv4Prefix.Host(address), new RouteTarget.Workload(endpoint.InterfaceName, address, endpoint.Mac));
        }

        foreach (var peer in view.Peers)
        {
            var addresses = view.State.EndpointsOf(peer.Name).SelectMany(endpoint => endpoint.Addresses).Concat(TunnelAddressesOf(peer));
            foreach (var address in addresses.Where(address => view.State.BlockOf(address)?.Node != peer.Name))
                routes.Add(IPv4Prefix.Host(address), ToPeer(view, peer, IPv4Prefix.Host(address)));
        }

        foreach (var block in view.State.Blocks.Where(block => block.IsRouted))
        {
            // A blackhole of a single address would take it from the workload that is about to get it.
            if (block.Node != view.Node.Name)
                AddBlockOfPeer(view, block, routes);
            else if (block.Cidr.Length < 32)
                routes.Add(block.Cidr, new RouteTarget.Blackhole());
        }

        return routes.ToList();
    }

    /// <summary>The addresses of a node's own tunnel ends, which Calico takes from the pools.</summary>
    internal static IEnumerable<IPv4Address> TunnelAddressesOf(Node node)
    {
        if (node.IpipTunnelAddress is { } ipip)
            yield return ipip;
        if (node.VxlanTunnelAddress is { } vxlan && vxlan != node.IpipTunnelAddress)
            yield return vxlan;
    }

    private static void AddBlockOfPeer(NodeView view, BlockAffinity block, RouteSet routes)
    {
        if (view.State.FindNode(block.Node) is { Address: not null } peer)
            routes.Add(block.Cidr, ToPeer(view, peer, block.Cidr));
    }

    private static RouteTarget.Via ToPeer(NodeView view, Node peer, IPv4Prefix prefix)
    {
        var address = peer.Address!.Value.Address;
        var isSameSubnet = view.Node.Address!.Value.Subnet.Contains(address);
        var pool = view.State.PoolOf(prefix);
        if (pool is not null && Applies(pool.VxlanMode, isSameSubnet))
            return new RouteTarget.Via(NextHop.Vxlan(address, peer.VtepMac));
        if (pool is not null && Applies(pool.IpipMode, isSameSubnet))
            return new RouteTarget.Via(NextHop.Ipip(address));
        return new RouteTarget.Via(NextHop.Plain(address));
    }

    private static bool Applies(EncapsulationMode mode, bool isSameSubnet) => mode switch
    {
        EncapsulationMode.Always => true,
        EncapsulationMode.CrossSubnet => !isSameSubnet,
        _ => false,
    };

    /// <summary>Routes of one source by prefix; the first target of a prefix stays.</summary>
    private sealed class RouteSet(RouteSource source)
    {
        private readonly Dictionary<IPv4Prefix, Route> routes = [];

        public void Add(IPv4Prefix prefix, RouteTarget target) => routes.TryAdd(prefix, new Route(prefix, target, source));

        public List<Route> ToList() => [.. routes.Values.OrderBy(route => route.Prefix)];
    }
}
