using VRouter.Core.Frames;
using VRouter.Core.Offload;
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
    private const long RetryInterval = 1_000_000;

    private readonly TapChannel channel;
    private readonly FileDescriptor probeSocket;
    private readonly LinkProbe probe;
    private readonly bool receives;
    private long lastProbe = long.MinValue / 2;
    private int mtu;

    private TapPort(TapOptions options, Link link, TapChannel channel, FileDescriptor probeSocket, PortCounters counters, bool receives, string mode)
    {
        Mode = mode;
        Name = options.Name;
        Mac = options.RouterMac;
        WorkloadMac = link.Mac ?? default;
        InterfaceIndex = link.Index;
        mtu = link.Mtu;
        this.channel = channel;
        this.probeSocket = probeSocket;
        Counters = counters;
        this.receives = receives;
        probe = new LinkProbe(probeSocket, link.Index);
        State = ReadState();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "tap";

    /// <summary>The offloads that the kernel knows of "tso" and "uso", or "no offloads"; and of a device of several workers, "multi-queue" or "one reader".</summary>
    public string Mode { get; }

    /// <summary>Why one of several workers reads for all of them; null: it is not so.</summary>
    public string? Limitation { get; private init; }

    /// <summary>The interface's MTU; follows it as <see cref="State"/> does.</summary>
    public int Mtu => mtu;

    /// <inheritdoc/>
    public MacAddress Mac { get; }

    /// <summary>The interface's MAC address: the workload's side.</summary>
    public MacAddress WorkloadMac { get; }

    /// <summary>The interface's index in its network namespace.</summary>
    public int InterfaceIndex { get; }

    /// <summary>For poll(2); -1 where another worker receives.</summary>
    public int Descriptor => receives ? channel.Descriptor : -1;

    /// <inheritdoc/>
    public PortCounters Counters { get; }

    /// <summary>Follows the interface within 100 ms of the worker's clock, within a second while it sleeps, and at once if sending or receiving fails.</summary>
    public PortState State { get; private set; }

    /// <summary>Makes the device, sets its addresses, and takes it up.</summary>
    /// <returns>The port, or why not: EBUSY if the name is taken, EPERM without CAP_NET_ADMIN, ENOENT without the driver or the namespace.</returns>
    public static Result<TapPort> Create(TapOptions options) =>
        CreateShared(options, 1, 0).TryGet(out var ports, out var error) ? ports[0] : error;

    /// <summary>
    /// As <see cref="Create"/>, for several workers: each has a queue of the device, and all packets of a flow come to one of them. Where the kernel has no way to keep flows
    /// to queues, one of them receives, and <see cref="Limitation"/> says why; all send. The device is gone when all its ports are disposed of.
    /// </summary>
    /// <param name="options">The device.</param>
    /// <param name="workers">Number of ports.</param>
    /// <param name="reader">Which of them receives, if only one does.</param>
    public static Result<IReadOnlyList<TapPort>> CreateShared(TapOptions options, int workers, int reader)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)reader, (uint)workers, nameof(reader));
        return NetworkNamespace.Run(options.NetworkNamespace, () => CreateHere(options, workers, reader));
    }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        var error = receives ? channel.Receive(pool, vector, now) : Errno.None;
        if (error.IsError || now >= lastProbe + LinkWatch.Interval)
        {
            lastProbe = now;
            State = ReadState();
        }

        return vector.Count - before;
    }

    /// <summary>Soon while a frame that was read waits for room; else as the interface is looked after.</summary>
    public long NextLook(long now) => channel.HasFrame ? now + RetryInterval : lastProbe + LinkWatch.SleepingInterval;

    /// <inheritdoc/>
    public string SuperFrameMode => "whole, but cut in tunnels";

    /// <summary>True unless a tunnel is around what is to be cut, of which the virtio-net header cannot tell the kernel.</summary>
    public bool TakesSuperFrame(Frame frame) =>
        SuperFrames.IsOutermost(frame, EthernetHeader.Size) && SuperFrames.LongestOf(frame) <= mtu + EthernetHeader.Size;

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        if (channel.Transmit(vector, mtu).IsError)
            State = ReadState();
    }

    /// <summary>Closes the device, which removes the interface.</summary>
    public void Dispose()
    {
        channel.Dispose();
        probeSocket.Dispose();
    }

    // Who gives the device to a workload by moving it to another namespace takes it out of the probe's sight, but not away from the port.
    private PortState ReadState()
    {
        var state = probe.Read(ref mtu);
        return LinkProbe.IsGone(state) && channel.HasDevice() ? PortState.Up : state;
    }

    private static Result<IReadOnlyList<TapPort>> CreateHere(TapOptions options, int workers, int reader)
    {
        LinuxError? limitation = null;
        if (workers > 1)
        {
            if (TapQueues.Create(options.Name, workers).TryGet(out var several, out var error))
                return Open(options, several, null, null);
            if (!TapQueues.IsLimitation(error))
                return error;
            limitation = error;
        }

        return TapQueues.CreateOne(options.Name, workers).TryGet(out var one, out var failure) ? Open(options, one, reader, limitation?.ToString()) : failure;
    }

    /// <summary>Opens a port on each of the descriptors, which are the ports' or closed when this returns.</summary>
    private static Result<IReadOnlyList<TapPort>> Open(TapOptions options, TapQueues queues, int? reader, string? limitation)
    {
        var ports = new List<TapPort>(queues.Descriptors.Count);
        if (Configure(options).TryGet(out var link, out var error))
        {
            while (ports.Count < queues.Descriptors.Count && OpenProbe().TryGet(out var probe, out error))
            {
                var counters = new PortCounters();
                var channel = new TapChannel(queues.Descriptors[ports.Count], counters);
                ports.Add(new TapPort(options, link, channel, probe, counters, reader is null || reader == ports.Count, queues.Mode) { Limitation = limitation });
            }

            if (ports.Count == queues.Descriptors.Count)
                return ports;
        }

        ports.ForEach(port => port.Dispose());
        queues.Dispose();
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
