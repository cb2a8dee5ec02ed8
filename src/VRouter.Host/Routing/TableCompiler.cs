using VRouter.Core.Tables;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>
/// Turns routes and open ports into the tables that the stages read, all at once: for a router whose routes stay. <see cref="LiveTables"/> keeps up with changes.
/// Equal input gives tables that forward equally; the only thing kept from one call to the next is what is known of each tunnel's path MTU. Calls come from one
/// thread at a time.
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
    public ForwardingTables Compile(NodeView view, RouteTableSnapshot routes, IReadOnlyCollection<AttachedPort> ports) =>
        new TableGeneration(NodeSettings.Of(view, ports), routes, tunnels, quiescence: null).Tables;

    internal static ushort VxlanPortOf(NodeView view) => (ushort)(view.Felix.VxlanPort ?? FelixConfiguration.DefaultVxlanPort);
}
