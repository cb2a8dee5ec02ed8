using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Replay;
using VRouter.Host.Routing;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>A node whose router is fuzzed: its configuration, routes and ports, and the addresses that mean something there. Immutable.</summary>
internal sealed class FuzzNetwork
{
    private FuzzNetwork(NodeView view, string? text)
        : this(view, text, RoutesOf(view), PortsOf(view))
    {
    }

    private FuzzNetwork(NodeView view, string? text, RouteTableSnapshot routes, IReadOnlyList<FuzzPort> ports)
    {
        (View, Text, Routes, Ports) = (view, text, routes, ports);
        L4Port = TableCompiler.VxlanPortOf(view);
        Vni = (uint)(view.Felix.VxlanVni ?? FelixConfiguration.DefaultVxlanVni);
        Addresses = [.. AddressesOf(view, Routes).Distinct()];
        Macs = [
            .. Ports.Select(port => port.Mac), .. view.Endpoints.Select(endpoint => endpoint.Mac ?? default), view.Node.VtepMac,
            .. view.Peers.Select(peer => peer.VtepMac), MacAddress.Broadcast, default, MacAddress.WorkloadGateway,
        ];
    }

    /// <summary>The node.</summary>
    public NodeView View { get; }

    /// <summary>The configuration as text, where it was generated.</summary>
    public string? Text { get; }

    /// <summary>Room for neighbors, which is an option of the router and not in its configuration; null: as in the daemon.</summary>
    public int? MostNeighbors { get; private init; }

    /// <summary>The routes.</summary>
    public RouteTableSnapshot Routes { get; }

    /// <summary>The ports by index, the uplink first; those of a configuration in the order of <see cref="ReplayRouter.PortsOf"/>.</summary>
    public IReadOnlyList<FuzzPort> Ports { get; }

    /// <summary>Those that are open, where that was recorded; null: all of the router's first network.</summary>
    public IReadOnlyList<AttachedPort>? Attached { get; private init; }

    /// <summary>The VXLAN port.</summary>
    public ushort L4Port { get; }

    /// <summary>The VXLAN network identifier.</summary>
    public uint Vni { get; }

    /// <summary>Addresses of every kind that the node knows, and some that no router may forward.</summary>
    public IReadOnlyList<IPv4Address> Addresses { get; }

    /// <summary>MAC addresses that mean something.</summary>
    public IReadOnlyList<MacAddress> Macs { get; }

    /// <summary>A node, whose configuration is elsewhere.</summary>
    public static FuzzNetwork Of(NodeView view) => new(view, text: null);

    /// <summary>The node of a valid configuration.</summary>
    /// <param name="state">The configuration.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="text">The configuration as text, if it was generated.</param>
    public static FuzzNetwork Of(ClusterState state, string node, string? text = null) => new(NodeView.Of(state, node, ReplayUplink.Of(state, node)), text);

    /// <summary>A network of a recorded router.</summary>
    /// <param name="view">The node.</param>
    /// <param name="routes">The routes of all sources.</param>
    /// <param name="ports">All ports that the router ever has, the uplink first.</param>
    /// <param name="attached">Those of them that are open, with their places there as indices.</param>
    public static FuzzNetwork OfRecorded(NodeView view, RouteTableSnapshot routes, IReadOnlyList<FuzzPort> ports, IReadOnlyList<AttachedPort> attached) =>
        new(view, text: null, routes, ports) { Attached = attached };

    /// <summary>A generated network.</summary>
    /// <exception cref="FindingException">The configuration reader refuses it.</exception>
    public static FuzzNetwork Of(NetworkShape shape)
    {
        var text = NetworkText.Of(shape);
        var (state, findings) = ConfigurationLoader.LoadText("config.yaml", text);
        return state is not null
            ? new FuzzNetwork(NodeView.Of(state, NetworkText.Node, ReplayUplink.Of(state, NetworkText.Node)), text) { MostNeighbors = shape.MostNeighbors }
            : throw new FindingException(Oracles.Result, $"a generated configuration is refused: {string.Join("; ", findings)}");
    }

    private static RouteTableSnapshot RoutesOf(NodeView view)
    {
        var routes = new RouteTable();
        routes.Replace(RouteSource.Host, RouteCalculator.FromUplink(view));
        routes.Replace(RouteSource.Resources, RouteCalculator.FromResources(view));
        return routes.Snapshot;
    }

    private static List<FuzzPort> PortsOf(NodeView view) =>
    [
        new FuzzPort(view.Uplink.Interface, PortRole.Uplink, view.Uplink.Mac, view.Uplink.Mtu, null),
        .. view.Endpoints.Select(endpoint => new FuzzPort(endpoint.InterfaceName, PortRole.Workload, view.RouterMacOf(endpoint), view.Uplink.Mtu, endpoint)),
    ];

    private static IEnumerable<IPv4Address> AddressesOf(NodeView view, RouteTableSnapshot routes)
    {
        foreach (var route in routes.Best)
        {
            var (first, last) = (route.Prefix.Network.Value, route.Prefix.Last.Value);
            yield return new IPv4Address(first);
            yield return new IPv4Address(last);
            if (last - first > 8)
                yield return new IPv4Address(first + 5);
        }

        foreach (var endpoint in view.Endpoints)
        {
            foreach (var prefix in endpoint.AllowedSpoofedSources)
                yield return new IPv4Address(prefix.Network.Value + 1);
        }

        foreach (var peer in view.Peers)
            yield return peer.Address!.Value.Address;
        foreach (var text in (string[])["169.254.1.1", "169.254.9.9", "8.8.8.8", "127.0.0.1", "0.0.0.0", "0.0.0.9", "224.0.0.1", "240.0.0.1", "255.255.255.255"])
            yield return IPv4Address.Parse(text);
    }
}
