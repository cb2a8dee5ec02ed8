using VRouter.Core.Tables;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>The ports that there should be on a host as it is, and the interfaces that are awaited.</summary>
/// <param name="Ports">The uplink first if its interface exists, then the workloads' ports.</param>
/// <param name="Awaited">Endpoints whose interface does not exist yet.</param>
public sealed record PortPlan(IReadOnlyList<PortSpec> Ports, IReadOnlyList<WorkloadEndpoint> Awaited)
{
    private readonly HashSet<PortSpec> specs = [.. Ports];

    /// <summary>True if exactly this port is planned.</summary>
    public bool Has(PortSpec spec) => specs.Contains(spec);

    /// <summary>Chooses a driver for each port: a tap only where the configuration says so, since else the workload's interface is made by others.</summary>
    public static PortPlan Of(NodeView view, HostState host)
    {
        var ports = new List<PortSpec>();
        var awaited = new List<WorkloadEndpoint>();
        if (host.Find(view.Uplink.Interface) is { } uplink)
        {
            ports.Add(Existing(uplink, PortRole.Uplink, view.Router.Uplink.Driver));
        }

        foreach (var endpoint in view.Endpoints)
        {
            if (view.Router.Workloads.Driver == PortDriver.Tap)
                ports.Add(TapOf(view, endpoint));
            else if (host.Find(endpoint.InterfaceName) is { } link)
                ports.Add(Existing(link, PortRole.Workload, view.Router.Workloads.Driver));
            else
                awaited.Add(endpoint);
        }

        return new PortPlan(ports, awaited);
    }

    // By itself the packet socket: it takes super-frames, which an interface with an XDP program gets no more.
    private static PortSpec Existing(Link link, PortRole role, PortDriver asked) => new()
    {
        Interface = link.Name,
        Role = role,
        Driver = asked == PortDriver.AfXdp ? PortDriver.AfXdp : PortDriver.AfPacket,
        LinkIndex = link.Index,
    };

    private static PortSpec TapOf(NodeView view, WorkloadEndpoint endpoint) => new()
    {
        Interface = endpoint.InterfaceName,
        Role = PortRole.Workload,
        Driver = PortDriver.Tap,
        Mac = view.RouterMacOf(endpoint),
        WorkloadMac = endpoint.Mac,
        NetworkNamespace = endpoint.NetworkNamespace,
        NameInWorkload = endpoint.Endpoint,
    };
}
