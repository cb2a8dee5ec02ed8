using VRouter.Core.Tables;
using VRouter.Host.Configuration.Resources;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Host.Daemon;

/// <summary>Opens ports on the interfaces of the network namespace of the calling thread.</summary>
/// <param name="memory">The only worker's frames, for ports that share them with the kernel.</param>
/// <param name="ringBytes">af-packet: bytes of a workload's receive ring.</param>
internal sealed class HostPortOpener(XdpMemory memory, int ringBytes = AfPacketPort.DefaultRingBytes) : IPortOpener
{
    private readonly Lock gate = new(); // of the memory
    private int nextReader;

    /// <summary>Opens a port. Where AF_XDP does not suit, packet sockets serve; never where somebody else has the interface already.</summary>
    public Result<IReadOnlyList<IPort>> Open(PortSpec spec, int mtu, int workers, out string? fallback)
    {
        fallback = null;
        switch (spec.Driver)
        {
            case PortDriver.AfPacket:
                return OpenPackets(spec, workers);
            case PortDriver.Tap:
                // A device's frames are read by one worker; the devices take turns.
                return TapPort.CreateShared(TapOf(spec, mtu), workers, (int)((uint)Interlocked.Increment(ref nextReader) % (uint)workers)).TryGet(out var taps, out var error) ? taps.ToList<IPort>() : error;
            case PortDriver.AfXdp when workers > 1:
                fallback = $"AF_XDP ports serve one worker, and there are {workers}";
                return OpenPackets(spec, workers);
            case PortDriver.AfXdp:
                lock (gate)
                {
                    if (AfXdpPort.Open(spec.Interface, memory, XdpOf(spec)).TryGet(out var port, out error))
                        return new IPort[] { port };
                }

                if (error.Errno == Errno.EBUSY || error.Errno == Errno.EEXIST || error.Errno == Errno.ENODEV)
                    return error;
                fallback = error.ToString();
                return OpenPackets(spec, workers);
            default:
                throw new ArgumentException($"No port is opened for driver {spec.Driver}.", nameof(spec));
        }
    }

    private Result<IReadOnlyList<IPort>> OpenPackets(PortSpec spec, int workers)
    {
        var isUplink = spec.Role == PortRole.Uplink;
        var opened = AfPacketPort.OpenShared(spec.Interface, workers, ringBytes: isUplink ? AfPacketPort.DefaultRingBytes : ringBytes, withTunnels: isUplink);
        return opened.TryGet(out var ports, out var error) ? ports.ToList<IPort>() : error;
    }

    private static AfXdpOptions XdpOf(PortSpec spec) => new()
    {
        IsShared = spec.Role == PortRole.Uplink,
        ReadyFrames = spec.Role == PortRole.Uplink ? FrameBuffers.ReadyOfUplinkQueue : FrameBuffers.ReadyOfWorkload,
        MostReadyFrames = FrameBuffers.MostReadyOfQueue,
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
