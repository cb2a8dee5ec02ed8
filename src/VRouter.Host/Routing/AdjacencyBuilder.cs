using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;

namespace VRouter.Host.Routing;

/// <summary>Compiles the targets of routes: finds the port and the neighbor behind each next hop, the tunnel around it, and the MTU.</summary>
internal sealed class AdjacencyBuilder
{
    /// <summary>The most routers that are looked up one behind the other; more is a loop of routes.</summary>
    private const int MaxRecursion = 8;

    private static readonly Adjacency PortUnavailable = Drop(DropReason.PortUnavailable);
    private static readonly Adjacency Unreachable = Drop(DropReason.RouteUnreachable);

    private readonly NodeView view;
    private readonly RouteTableSnapshot routes;
    private readonly TunnelCache cells;
    private readonly Dictionary<string, PortEntry> ports;
    private readonly SortedDictionary<(IPv4Address Remote, TunnelKind Kind), Tunnel> tunnels = [];

    public AdjacencyBuilder(NodeView view, RouteTableSnapshot routes, IEnumerable<PortEntry?> ports, TunnelCache cells)
    {
        this.view = view;
        this.routes = routes;
        this.cells = cells;
        this.ports = ports.OfType<PortEntry>().ToDictionary(port => port.Name);
    }

    /// <summary>The number of the adjacency that a target compiles to.</summary>
    public int Add(RouteTarget target, AdjacencyList list) => target switch
    {
        RouteTarget.Local => list.IndexOf(new Adjacency { Kind = AdjacencyKind.Local }),
        RouteTarget.Workload workload => list.IndexOf(ToWorkload(workload)),
        RouteTarget.Connected connected => list.IndexOf(ToSubnet(connected)),
        RouteTarget.Via { NextHops.Count: 1 } via => list.IndexOf(ToNextHop(via.NextHops[0])),
        RouteTarget.Via via => list.IndexOf(ToSeveral(via, list)),
        RouteTarget.Blackhole => list.IndexOf(Drop(DropReason.RouteBlackhole)),
        _ => list.IndexOf(Unreachable),
    };

    /// <summary>The tunnels of all adjacencies so far, by their far end.</summary>
    public IReadOnlyDictionary<IPv4Address, IReadOnlyList<Tunnel>> TunnelsByPeer() => tunnels.Values
        .GroupBy(tunnel => tunnel.Remote)
        .ToDictionary(group => group.Key, IReadOnlyList<Tunnel> (group) => group.ToValueList());

    private static Adjacency Drop(DropReason reason) => new() { Kind = AdjacencyKind.Drop, DropReason = reason };

    private Adjacency ToWorkload(RouteTarget.Workload workload)
    {
        if (!ports.TryGetValue(workload.Interface, out var port))
            return PortUnavailable;
        return new Adjacency
        {
            Kind = AdjacencyKind.NextHop, Port = port.Index, NextHop = workload.Address, NextHopMac = workload.Mac, Mtu = port.Mtu,
        };
    }

    private Adjacency ToSubnet(RouteTarget.Connected connected) => ports.TryGetValue(connected.Interface, out var port)
        ? new Adjacency { Kind = AdjacencyKind.Connected, Port = port.Index, Mtu = port.Mtu }
        : PortUnavailable;

    private Adjacency ToSeveral(RouteTarget.Via via, AdjacencyList list)
    {
        var usable = via.NextHops.Select(ToNextHop).Where(member => member.Kind != AdjacencyKind.Drop).ToList();
        return usable.Count switch
        {
            0 => Unreachable,
            1 => usable[0],
            _ => new Adjacency { Kind = AdjacencyKind.Multipath, Members = usable.Select(list.IndexOf).ToValueList() },
        };
    }

    private Adjacency ToNextHop(NextHop hop)
    {
        var link = hop.IsOnLink ? ToNeighbor(hop.Address) : Resolve(hop.Address);
        if (link.Kind == AdjacencyKind.Drop || hop.Encapsulation == Encapsulation.None)
            return link;
        var tunnel = TunnelTo(hop);
        var configured = tunnel.Kind == TunnelKind.Ipip ? view.Felix.IpipMtu : view.Felix.VxlanMtu;
        return link with
        {
            Kind = tunnel.Kind == TunnelKind.Ipip ? AdjacencyKind.Ipip : AdjacencyKind.Vxlan,
            Tunnel = tunnel,
            Mtu = Math.Min(configured ?? int.MaxValue, link.Mtu - tunnel.Overhead),
        };
    }

    /// <summary>The neighbor that packets to a router go to: the router itself if it is on a link of ours, else the next one on the way to it.</summary>
    private Adjacency Resolve(IPv4Address router)
    {
        for (var depth = 0; depth < MaxRecursion; depth++)
        {
            switch (routes.Lookup(router)?.Target)
            {
                case RouteTarget.Connected:
                    return ToNeighbor(router);
                case RouteTarget.Workload workload:
                    return ToWorkload(workload);
                case RouteTarget.Via { NextHops: [{ Encapsulation: Encapsulation.None } next, ..] }:
                    if (next.IsOnLink)
                        return ToNeighbor(next.Address);
                    router = next.Address;
                    break;
                default:
                    return Unreachable;
            }
        }

        return Unreachable;
    }

    private Adjacency ToNeighbor(IPv4Address neighbor) => ports.TryGetValue(view.Uplink.Interface, out var uplink)
        ? new Adjacency { Kind = AdjacencyKind.NextHop, Port = uplink.Index, NextHop = neighbor, Mtu = uplink.Mtu }
        : PortUnavailable;

    private Tunnel TunnelTo(NextHop hop)
    {
        var kind = hop.Encapsulation == Encapsulation.Ipip ? TunnelKind.Ipip : TunnelKind.Vxlan;
        if (tunnels.TryGetValue((hop.Address, kind), out var known))
            return known;
        var tunnel = new Tunnel
        {
            Kind = kind, Local = view.Address, Remote = hop.Address, PathMtu = cells.CellOf(kind, hop.Address),
        };
        if (kind == TunnelKind.Vxlan)
        {
            tunnel = tunnel with
            {
                Vni = TableCompiler.VxlanVniOf(view),
                L4Port = TableCompiler.VxlanPortOf(view),
                LocalMac = view.Node.VtepMac,
                RemoteMac = hop.VtepMac,
            };
        }

        tunnels.Add((hop.Address, kind), tunnel);
        return tunnel;
    }
}
