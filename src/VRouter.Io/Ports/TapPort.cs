using VRouter.Core.Frames;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.Tap;

namespace VRouter.Io.Ports;

/// <summary>
/// A port on a TAP device of its own: the workload's side is an interface of the kernel, the router's side is this object. The device is made with the port,
/// in the workload's network namespace, and is gone when the port is disposed of, or when the process ends in whatever way.
/// </summary>
public sealed class TapPort : IPort
{
    private const long ProbeInterval = 100_000_000;

    private readonly TapChannel channel;
    private readonly FileDescriptor probeSocket;
    private readonly LinkProbe probe;
    private long nextProbe = long.MinValue;
    private int mtu;

    private TapPort(TapOptions options, Link link, TapChannel channel, FileDescriptor probeSocket, PortCounters counters)
    {
        Name = options.Name;
        Mac = options.RouterMac;
        WorkloadMac = link.Mac ?? default;
        InterfaceIndex = link.Index;
        mtu = link.Mtu;
        this.channel = channel;
        this.probeSocket = probeSocket;
        Counters = counters;
        probe = new LinkProbe(probeSocket, link.Index);
        State = probe.Read(ref mtu);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "tap";

    /// <summary>The interface's MTU; follows it within 100 ms of the worker's clock.</summary>
    public int Mtu => mtu;

    /// <inheritdoc/>
    public MacAddress Mac { get; }

    /// <summary>The interface's MAC address: the workload's side.</summary>
    public MacAddress WorkloadMac { get; }

    /// <summary>The interface's index in its network namespace.</summary>
    public int InterfaceIndex { get; }

    /// <inheritdoc/>
    public int Descriptor => channel.Descriptor;

    /// <inheritdoc/>
    public PortCounters Counters { get; }

    /// <summary>Follows the interface within 100 ms of the worker's clock, and at once if sending or receiving fails.</summary>
    public PortState State { get; private set; }

    /// <summary>Makes the device, sets its addresses, and takes it up.</summary>
    /// <returns>The port, or why not: EBUSY if the name is taken, EPERM without CAP_NET_ADMIN, ENOENT without the driver or the namespace.</returns>
    public static Result<TapPort> Create(TapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return NetworkNamespace.Run(options.NetworkNamespace, () => CreateHere(options));
    }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        var error = channel.Receive(pool, vector, now);
        if (error.IsError || now >= nextProbe)
        {
            nextProbe = now + ProbeInterval;
            State = probe.Read(ref mtu);
        }

        return vector.Count - before;
    }

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        if (channel.Transmit(vector, mtu).IsError)
            State = probe.Read(ref mtu);
    }

    /// <summary>Closes the device, which removes the interface.</summary>
    public void Dispose()
    {
        channel.Dispose();
        probeSocket.Dispose();
    }

    private static Result<TapPort> CreateHere(TapOptions options)
    {
        if (!TapDevice.Create(options.Name).TryGet(out var device, out var error))
            return error;
        if (Configure(options).TryGet(out var link, out error) && OpenProbe().TryGet(out var probeSocket, out error))
        {
            var counters = new PortCounters();
            return new TapPort(options, link, new TapChannel(device, counters), probeSocket, counters);
        }

        device.Dispose();
        return error;
    }

    private static Result<FileDescriptor> OpenProbe() =>
        FileDescriptor.FromCall(Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), "socket(AF_INET)");

    private static Result<Link> Configure(TapOptions options)
    {
        if (!RtnetlinkClient.Open().TryGet(out var netlink, out var error))
            return error;
        using (netlink)
        {
            if (!netlink.GetLink(options.Name).TryGet(out var link, out error))
                return error;
            var failure = (options.Mac is { } mac ? netlink.SetMac(link.Index, mac) : null)
                ?? netlink.SetMtu(link.Index, options.Mtu)
                ?? netlink.SetUp(link.Index, up: true);
            return failure is null ? netlink.GetLink(link.Index) : failure.Value;
        }
    }
}
