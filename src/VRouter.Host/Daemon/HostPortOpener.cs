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
                return OpenTaps(spec, mtu, workers, out fallback);
            case PortDriver.AfXdp when workers > 1:
                fallback = $"AF_XDP ports serve one worker, and there are {workers}";
                return OpenPackets(spec, workers);
            case PortDriver.AfXdp:
                LinuxError opening;
                lock (gate)
                {
                    if (AfXdpPort.Open(spec.Interface, memory, XdpOf(spec)).TryGet(out var port, out opening))
                        return new IPort[] { port };
                }

                if (opening.Errno == Errno.EBUSY || opening.Errno == Errno.EEXIST || opening.Errno == Errno.ENODEV)
                    return opening;
                fallback = opening.ToString();
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

    private Result<IReadOnlyList<IPort>> OpenTaps(PortSpec spec, int mtu, int workers, out string? limitation)
    {
        limitation = null;
        // Where one worker reads a device for all, the devices take turns.
        var reader = (int)((uint)Interlocked.Increment(ref nextReader) % (uint)workers);
        if (!TapPort.CreateShared(TapOf(spec, mtu), workers, reader).TryGet(out var taps, out var error))
            return error;
        limitation = taps[0].Limitation;
        return taps.ToList<IPort>();
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
