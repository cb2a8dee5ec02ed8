using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>
/// Turns routes and open ports into the tables that the stages read. Equal input gives equal tables; the only thing kept from one call to the next
/// is what is known of each tunnel's path MTU. Calls come from one thread at a time.
/// </summary>
public sealed class TableCompiler
{
    private readonly TunnelCache tunnels = new();

    /// <summary>Compiles the tables of a node.</summary>
    /// <param name="view">The node and its settings.</param>
    /// <param name="routes">The RIB.</param>
    /// <param name="ports">
    /// The open ports. One that is neither the uplink nor an endpoint's gets no entry; a route through a port that is not open drops with
    /// <see cref="Core.Graph.DropReason.PortUnavailable"/>.
    /// </param>
    /// <exception cref="ArgumentException">Two ports have one index or one interface, or an index is negative.</exception>
    public ForwardingTables Compile(NodeView view, RouteTableSnapshot routes, IReadOnlyCollection<AttachedPort> ports)
    {
        tunnels.Keep(RemotesOf(view, routes));
        var entries = PortEntries(view, ports);
        var builder = new AdjacencyBuilder(view, routes, entries, tunnels);
        var adjacencies = new AdjacencyList();
        var fib = MultibitTrie.Build(routes.Best.Select(route => KeyValuePair.Create(route.Prefix, builder.Add(route.Target, adjacencies))));

        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies = adjacencies.ToArray(),
            Ports = entries,
            NodeAddress = view.Address,
            LocalAddresses = new AddressSet(routes.Best
                .Where(route => route is { Target: RouteTarget.Local, Prefix.Length: 32 })
                .Select(route => route.Prefix.Network)),
            // What the other nodes may still or already send is accepted whatever this node's own mode is: nodes learn of a change of mode
            // at different moments, and nothing is lost in between.
            IpipPeers = PeersOf(view),
            VxlanPeers = PeersOf(view),
            Vxlan = VxlanOf(view),
            VxlanL4Ports = (ValueList<ushort>)[VxlanPortOf(view)],
            TunnelsByPeer = builder.TunnelsByPeer(),
        };
    }

    internal static ushort VxlanPortOf(NodeView view) => (ushort)(view.Felix.VxlanPort ?? FelixConfiguration.DefaultVxlanPort);

    internal static uint VxlanVniOf(NodeView view) => (uint)(view.Felix.VxlanVni ?? FelixConfiguration.DefaultVxlanVni);

    private static VxlanSettings VxlanOf(NodeView view) => new()
    {
        Vni = VxlanVniOf(view),
        L4Port = VxlanPortOf(view),
        Mac = view.Node.VtepMac,
        Strict = view.Router.VxlanProfile == VxlanProfile.Strict,
    };

    private static AddressSet PeersOf(NodeView view) => new(view.Peers.Select(peer => peer.Address!.Value.Address));

    private static HashSet<IPv4Address> RemotesOf(NodeView view, RouteTableSnapshot routes)
    {
        var remotes = view.Peers.Select(peer => peer.Address!.Value.Address).ToHashSet();
        foreach (var route in routes.Best)
        {
            if (route.Target is RouteTarget.Via via)
                remotes.UnionWith(via.NextHops.Where(hop => hop.Encapsulation != Encapsulation.None).Select(hop => hop.Address));
        }

        return remotes;
    }

    private static PortEntry?[] PortEntries(NodeView view, IReadOnlyCollection<AttachedPort> ports)
    {
        var entries = new PortEntry?[ports.Count == 0 ? 0 : ports.Max(port => port.Index) + 1];
        var taken = new HashSet<int>();
        var names = new HashSet<string>();
        var endpoints = view.Endpoints.ToDictionary(endpoint => endpoint.InterfaceName);
        foreach (var port in ports)
        {
            if (port.Index < 0 || !taken.Add(port.Index))
                throw new ArgumentException($"The index {port.Index} of port {port.Interface} is negative or taken.", nameof(ports));
            if (!names.Add(port.Interface))
                throw new ArgumentException($"The interface {port.Interface} is attached twice.", nameof(ports));
            if (port.Interface == view.Uplink.Interface)
                entries[port.Index] = UplinkEntry(view, port);
            else if (endpoints.TryGetValue(port.Interface, out var endpoint))
                entries[port.Index] = WorkloadEntry(view, port, endpoint);
        }

        return entries;
    }

    private static PortEntry UplinkEntry(NodeView view, AttachedPort port) => new()
    {
        Index = port.Index,
        Name = port.Interface,
        Role = PortRole.Uplink,
        Mac = view.Uplink.Mac,
        Mtu = Math.Min(view.Uplink.Mtu, port.Mtu),
        Address = view.Uplink.Address.Address,
        Subnet = view.Uplink.Address.Subnet,
        HasHostStack = port.HasHostStack,
    };

    private static PortEntry WorkloadEntry(NodeView view, AttachedPort port, WorkloadEndpoint endpoint) => new()
    {
        Index = port.Index,
        Name = port.Interface,
        Role = PortRole.Workload,
        Mac = view.RouterMacOf(endpoint),
        Mtu = port.Mtu,
        WorkloadAddresses = endpoint.Addresses,
        AllowedSources = endpoint.AllowedSpoofedSources,
        WorkloadMac = endpoint.Mac,
        AllowIpip = view.Felix.AllowIpipFromWorkloads ?? false,
        AllowVxlan = view.Felix.AllowVxlanFromWorkloads ?? false,
    };
}
