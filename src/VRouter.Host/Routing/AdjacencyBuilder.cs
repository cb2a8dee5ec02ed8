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

    private readonly NodeSettings settings;
    private readonly IBestRoutes routes;
    private readonly TunnelCache cells;
    private readonly AdjacencyTable adjacencies;
    private readonly Dictionary<string, PortEntry> ports;
    private readonly List<uint> ways = [];

    /// <summary>Compiles for a node.</summary>
    /// <param name="settings">Its ports and settings.</param>
    /// <param name="routes">The routes that next hops are looked up in.</param>
    /// <param name="cells">What is known of tunnels' paths.</param>
    /// <param name="adjacencies">Where the results get their numbers.</param>
    public AdjacencyBuilder(NodeSettings settings, IBestRoutes routes, TunnelCache cells, AdjacencyTable adjacencies)
    {
        (this.settings, this.routes, this.cells, this.adjacencies) = (settings, routes, cells, adjacencies);
        ports = settings.Ports.OfType<PortEntry>().ToDictionary(port => port.Name);
    }

    /// <summary>The routers that the last target's next hops were looked up by: a change of the route to one of them may change the adjacency.</summary>
    public IReadOnlyList<uint> Ways => ways;

    /// <summary>The number of the adjacency that a target compiles to, held for the caller.</summary>
    public int Acquire(RouteTarget target)
    {
        ways.Clear();
        return adjacencies.Acquire(target switch
        {
            RouteTarget.Local => new Adjacency { Kind = AdjacencyKind.Local },
            RouteTarget.Workload workload => ToWorkload(workload),
            RouteTarget.Connected connected => ToSubnet(connected),
            RouteTarget.Via { NextHops.Count: 1 } via => ToNextHop(via.NextHops[0]),
            RouteTarget.Via via => ToSeveral(via),
            RouteTarget.Blackhole => Drop(DropReason.RouteBlackhole),
            _ => Unreachable,
        });
    }

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

    private Adjacency ToSeveral(RouteTarget.Via via)
    {
        var usable = via.NextHops.Select(ToNextHop).Where(member => member.Kind != AdjacencyKind.Drop).ToList();
        return usable.Count switch
        {
            0 => Unreachable,
            1 => usable[0],
            _ => new Adjacency { Kind = AdjacencyKind.Multipath, Members = usable.Select(adjacencies.Acquire).ToValueList() },
        };
    }

    private Adjacency ToNextHop(NextHop hop)
    {
        var link = hop.IsOnLink ? ToNeighbor(hop.Address) : Resolve(hop.Address);
        if (link.Kind == AdjacencyKind.Drop || hop.Encapsulation == Encapsulation.None)
            return link;
        var tunnel = TunnelTo(hop);
        var configured = tunnel.Kind == TunnelKind.Ipip ? settings.IpipMtu : settings.VxlanMtu;
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
            ways.Add(router.Value);
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

    private Adjacency ToNeighbor(IPv4Address neighbor) => ports.TryGetValue(settings.Uplink, out var uplink)
        ? new Adjacency { Kind = AdjacencyKind.NextHop, Port = uplink.Index, NextHop = neighbor, Mtu = uplink.Mtu }
        : PortUnavailable;

    private Tunnel TunnelTo(NextHop hop)
    {
        var kind = hop.Encapsulation == Encapsulation.Ipip ? TunnelKind.Ipip : TunnelKind.Vxlan;
        var tunnel = new Tunnel { Kind = kind, Local = settings.Address, Remote = hop.Address, PathMtu = cells.CellOf(kind, hop.Address) };
        return kind == TunnelKind.Ipip ? tunnel : tunnel with
        {
            Vni = settings.Vxlan.Vni,
            L4Port = settings.Vxlan.L4Port,
            LocalMac = settings.Vxlan.Mac,
            RemoteMac = hop.VtepMac,
        };
    }
}
