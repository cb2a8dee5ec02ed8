using VRouter.Host.Configuration;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>The host's interfaces, addresses and default routes at one moment.</summary>
/// <param name="Links">The interfaces.</param>
/// <param name="Addresses">The IPv4 addresses.</param>
/// <param name="DefaultRoutes">The default routes of the main table, the best first.</param>
public sealed record HostState(ValueList<Link> Links, ValueList<InterfaceAddress> Addresses, ValueList<KernelRoute> DefaultRoutes)
{
    /// <summary>The interface of that name, or null.</summary>
    public Link? Find(string name) => Links.FirstOrDefault(link => link.Name == name);

    /// <summary>Asks the kernel.</summary>
    public static Result<HostState> Read(RtnetlinkClient kernel)
    {
        if (!kernel.GetLinks().TryGet(out var links, out var error)
            || !kernel.GetAddresses().TryGet(out var addresses, out error)
            || !kernel.GetRoutes().TryGet(out var routes, out error))
        {
            return error;
        }

        return new HostState([.. links], [.. addresses], [.. routes.Where(IsDefault).OrderBy(route => route.Metric)]);
    }

    /// <summary>False for changes that no part of this state can come from.</summary>
    public static bool IsConcernedBy(KernelChange change) => change switch
    {
        KernelChange.RouteSet { Route: var route } => IsDefault(route),
        KernelChange.RouteRemoved { Route: var route } => IsDefault(route),
        _ => true,
    };

    private static bool IsDefault(KernelRoute route) =>
        route is { Prefix.Length: 0, Table: KernelRoute.MainTable, Type: KernelRouteType.Unicast };
}
