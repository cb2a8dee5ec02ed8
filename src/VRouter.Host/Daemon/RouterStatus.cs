using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;

namespace VRouter.Host.Daemon;

/// <summary>What a router has in effect. Routes follow their sources, so that they may be newer than the rest.</summary>
/// <param name="View">The node, its resources and its uplink.</param>
/// <param name="Rib">The RIB.</param>
/// <param name="Tables">What the stages read.</param>
/// <param name="Ports">The open ports.</param>
/// <param name="Awaited">Endpoints whose interface does not exist yet.</param>
public sealed record RouterStatus(
    NodeView View, RouteTable Rib, ForwardingTables Tables, ValueList<OpenPort> Ports, ValueList<WorkloadEndpoint> Awaited)
{
    /// <summary>The routes now.</summary>
    public RouteTableSnapshot Routes => Rib.Snapshot;
}
