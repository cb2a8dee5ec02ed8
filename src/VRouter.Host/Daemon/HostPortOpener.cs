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
        PortDriver.Tap => new LinuxError($"open(tap '{spec.Interface}')", Errno.EOPNOTSUPP, "the tap driver is not there yet; use existing interfaces"),
        _ => throw new ArgumentException($"No port is opened for driver {spec.Driver}.", nameof(spec)),
    };
}
