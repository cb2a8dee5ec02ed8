using VRouter.Host.Configuration.Resources;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>Opens ports on the interfaces of the network namespace of the calling thread.</summary>
internal sealed class HostPortOpener : IPortOpener
{
    private int nextReader;

    /// <inheritdoc/>
    public Result<IReadOnlyList<IPort>> Open(PortSpec spec, int mtu, int workers) => spec.Driver switch
    {
        PortDriver.AfPacket => AfPacketPort.OpenShared(spec.Interface, workers).TryGet(out var ports, out var error) ? ports.ToList<IPort>() : error,
        // A device's frames are read by one worker; the devices take turns.
        PortDriver.Tap => TapPort.CreateShared(TapOf(spec, mtu), workers, nextReader++ % workers).TryGet(out var ports, out var error)
            ? ports.ToList<IPort>()
            : error,
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
