using VRouter.Core.Tables;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon;

namespace VRouter.Host.Api;

/// <summary>Describes the open ports, and the interfaces that are awaited.</summary>
internal static class PortViews
{
    /// <summary>All ports.</summary>
    /// <param name="status">What is in effect.</param>
    /// <param name="totals">What each of its open ports counted.</param>
    public static IReadOnlyList<PortView> Of(RouterStatus status, IReadOnlyList<PortTotals> totals) =>
        [.. status.Ports.Zip(totals, (port, counted) => Describe(status, port, counted)), .. status.Awaited.Select(Describe)];

    private static PortView Describe(RouterStatus status, OpenPort port, PortTotals totals)
    {
        var endpoint = status.View.Endpoints.FirstOrDefault(known => known.InterfaceName == port.Spec.Interface);
        var entry = status.Tables.Ports[port.Index];
        return new PortView(
            port.Spec.Interface,
            port.Spec.Role == PortRole.Uplink ? "uplink" : "workload",
            port.Port.Driver,
            port.Port.State.IsUp ? "up" : port.Port.State.Reason,
            port.Index,
            entry?.Mac.ToString(),
            entry?.Mtu,
            endpoint is null ? [status.View.Uplink.Address.ToString()] : AddressesOf(endpoint),
            endpoint is null ? null : NameOf(endpoint),
            totals.ReceivedFrames,
            totals.ReceivedBytes,
            totals.TransmittedFrames,
            totals.TransmittedBytes,
            totals.ReceiveDrops,
            totals.TransmitDrops,
            port.Port.Mode.Length > 0 ? port.Port.Mode : null,
            port.Fallback,
            port.Port.SuperFrameMode);
    }

    private static PortView Describe(WorkloadEndpoint endpoint) => new(
        endpoint.InterfaceName, "workload", null, "the interface does not exist yet", null, null, null, AddressesOf(endpoint), NameOf(endpoint), 0, 0, 0, 0, 0, 0);

    private static IReadOnlyList<string> AddressesOf(WorkloadEndpoint endpoint) => [.. endpoint.Addresses.Select(address => address.ToString())];

    private static string NameOf(WorkloadEndpoint endpoint) => $"{endpoint.Namespace}/{endpoint.Pod ?? endpoint.Name}";
}
