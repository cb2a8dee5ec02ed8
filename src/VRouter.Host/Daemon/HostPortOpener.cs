using VRouter.Host.Configuration.Resources;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>Opens ports on the interfaces of the network namespace of the calling thread.</summary>
internal sealed class HostPortOpener : IPortOpener
{
    /// <inheritdoc/>
    public Result<IPort> Open(PortSpec spec, int mtu) => spec.Driver switch
    {
        PortDriver.AfPacket => AfPacketPort.Open(spec.Interface).TryGet(out var port, out var error) ? port : error,
        PortDriver.Tap => TapPort.Create(TapOf(spec, mtu)).TryGet(out var port, out var error) ? port : error,
        _ => throw new ArgumentException($"No port is opened for driver {spec.Driver}.", nameof(spec)),
    };

    // In a namespace of its own the device has the name that the workload knows it by.
    private static TapOptions TapOf(PortSpec spec, int mtu) => new(spec.NetworkNamespace is null ? spec.Interface : spec.NameInWorkload ?? spec.Interface)
    {
        NetworkNamespace = spec.NetworkNamespace,
        Mac = spec.WorkloadMac,
        RouterMac = spec.Mac,
        Mtu = mtu,
    };
}
