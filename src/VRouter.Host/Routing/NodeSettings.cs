using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>
/// All that tables are compiled from besides routes. While it stays equal, a change of the resources is a change of routes alone.
/// </summary>
internal sealed record NodeSettings
{
    /// <summary>The open ports by index; null where there is none.</summary>
    public required ValueList<PortEntry?> Ports { get; init; }

    /// <summary>The interface to the other nodes.</summary>
    public required string Uplink { get; init; }

    /// <summary>The node's address.</summary>
    public required IPv4Address Address { get; init; }

    /// <summary>The addresses of the other nodes.</summary>
    public required ValueList<IPv4Address> Peers { get; init; }

    /// <summary>This node's VTEP.</summary>
    public required VxlanSettings Vxlan { get; init; }

    /// <summary>The MTU of IPIP tunnels, if it is configured.</summary>
    public int? IpipMtu { get; init; }

    /// <summary>The MTU of VXLAN tunnels, if it is configured.</summary>
    public int? VxlanMtu { get; init; }

    /// <summary>Takes them from a node's resources and open ports.</summary>
    /// <exception cref="ArgumentException">Two ports have one index or one interface, or an index is negative.</exception>
    public static NodeSettings Of(NodeView view, IReadOnlyCollection<AttachedPort> ports) => Of(view, PortEntries(view, ports));

    /// <summary>Takes them from a node's resources and compiled ports.</summary>
    public static NodeSettings Of(NodeView view, PortEntry?[] ports) => new()
    {
        Ports = ports.ToValueList(),
        Uplink = view.Uplink.Interface,
        Address = view.Address,
        Peers = view.Peers.Select(peer => peer.Address!.Value.Address).ToValueList(),
        Vxlan = new VxlanSettings
        {
            Vni = (uint)(view.Felix.VxlanVni ?? FelixConfiguration.DefaultVxlanVni),
            L4Port = TableCompiler.VxlanPortOf(view),
            Mac = view.Node.VtepMac,
            Strict = view.Router.VxlanProfile == VxlanProfile.Strict,
        },
        IpipMtu = view.Felix.IpipMtu,
        VxlanMtu = view.Felix.VxlanMtu,
    };

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
