using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Io.Ports;

/// <summary>
/// A port on an existing interface through AF_XDP sockets, one for each receive queue. An XDP program that the port itself loads takes the router's frames before the kernel's stack
/// sees them, into frames of the worker, which the worker's AF_XDP ports share. The program is gone with the port, or with the process.
/// </summary>
/// <remarks>
/// <see cref="SetFilter"/> may be called beside the worker. Frames that the kernel has at the end are returned to the pool by <see cref="ReturnFrames"/>.
/// </remarks>
public sealed class AfXdpPort : IPort, IFrameHolder
{
    private const long ShortageInterval = 10_000_000;
    private const long ArpInterval = 100_000;

    private readonly XdpAttachment attachment;
    private readonly XdpReceiver[] receivers;
    private readonly XdpTransmitter transmitter;
    private readonly FrameLedger ledger;
    private readonly FramePool pool;
    private readonly LinkWatch watch;
    private readonly bool completesChecksums;
    private volatile int vxlanL4Port;
    private long nextArp = long.MinValue;
    private int firstQueue;
    private bool isClosed;

    private AfXdpPort(Link link, XdpMemory memory, XdpAttachment attachment, AfXdpOptions options, PortCounters counters)
    {
        Name = link.Name;
        Mac = link.Mac!.Value;
        InterfaceIndex = link.Index;
        pool = memory.Pool;
        this.attachment = attachment;
        Counters = counters;
        ledger = new FrameLedger(pool);
        receivers = [.. attachment.Sockets.Select(socket => new XdpReceiver(socket, pool, ledger, counters, new ReadyFrames(options.ReadyFrames, options.RingSize)))];
        transmitter = new XdpTransmitter(attachment.Sockets[0], pool, ledger, counters);
        // The drivers of physical interfaces finish or verify checksums before XDP sees the frame; the others pass them on as the sending stack left them.
        completesChecksums = link.Kind is not null || !attachment.IsNative;
        watch = new LinkWatch(new LinkProbe(attachment.Question, link.Index), link.Mtu);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "af-xdp";

    /// <inheritdoc/>
    public string Mode => attachment.IsNative ? "native" : "generic";

    /// <summary>The interface's MTU; follows it as <see cref="State"/> does.</summary>
    public int Mtu => watch.Mtu;

    /// <summary>The interface's MAC address when the port was opened.</summary>
    public MacAddress Mac { get; }

    /// <summary>The interface's index in its network namespace.</summary>
    public int InterfaceIndex { get; }

    /// <inheritdoc/>
    public int Descriptor => attachment.Descriptor;

    /// <inheritdoc/>
    public PortCounters Counters { get; }

    /// <summary>Follows the interface within 100 ms of the worker's clock, within a second while it sleeps, and at once if sending fails or the interface goes down.</summary>
    public PortState State => watch.State;

    /// <summary>Opens a port on an interface. A shared one receives nothing before <see cref="SetFilter"/>.</summary>
    /// <param name="interfaceName">An Ethernet interface.</param>
    /// <param name="memory">The worker's frames.</param>
    /// <param name="options">How.</param>
    /// <returns>
    /// The port, or why not: ENODEV without such an interface, EPERM without CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, EBUSY if another program or router has the
    /// interface or queue. With any other error the interface, the kernel or the memory does not suit AF_XDP, and a packet socket may do.
    /// </returns>
    public static Result<AfXdpPort> Open(string interfaceName, XdpMemory memory, AfXdpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        options ??= new AfXdpOptions();
        return NetworkNamespace.Run(options.NetworkNamespace, () => OpenHere(interfaceName, memory, options));
    }

    /// <summary>Says what a shared port takes from now on; until then, or if this fails, what it took before. Null is success. Any one thread.</summary>
    public LinuxError? SetFilter(XdpFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var failure = attachment.SetFilter(filter);
        if (failure is null)
            vxlanL4Port = filter.VxlanL4Port ?? 0;
        return failure;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The pool is not the one that the port was opened with.</exception>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        if (!ReferenceEquals(pool, this.pool))
            throw new ArgumentException("An AF_XDP port receives into the frames that it was opened with.", nameof(pool));
        var before = vector.Count;
        if (attachment.Arp is { } arp && now >= nextArp)
        {
            nextArp = now + ArpInterval;
            arp.Receive(pool, vector, now);
        }

        for (var i = 0; i < receivers.Length; i++)
        {
            receivers[firstQueue].Receive(vector, now, completesChecksums, vxlanL4Port);
            firstQueue = firstQueue + 1 == receivers.Length ? 0 : firstQueue + 1;
        }

        if (receivers.Length > 1 && ++firstQueue == receivers.Length)
            firstQueue = 0;
        transmitter.Reap();
        var hasError = watch.MayHaveErrors(vector.Count - before, now) && attachment.TakeErrors();
        if (watch.IsDue(now, hasError))
        {
            foreach (var receiver in receivers)
                receiver.Age();
            Refresh();
        }

        return vector.Count - before;
    }

    /// <summary>Soon while the kernel lacks frames to receive into, or has more than it needs; else as the interface is looked after.</summary>
    public long NextLook(long now)
    {
        var next = watch.NextLook;
        foreach (var receiver in receivers)
        {
            if (receiver.IsShort)
                next = Math.Min(next, now + ShortageInterval);
            else if (receiver.HasExtra)
                next = Math.Min(next, now + LinkWatch.Interval);
        }

        return next;
    }

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        var error = transmitter.Transmit(vector, watch.Mtu, watch.State.IsUp);
        if (error.IsError && error != Errno.EAGAIN)
            watch.Read();
    }

    /// <summary>Reads the interface's state and the kernel's drop counters now, without waiting for the next interval.</summary>
    public void Refresh()
    {
        watch.Read();
        CountKernelDrops();
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (isClosed)
            return;
        isClosed = true;
        CountKernelDrops();
        attachment.Dispose();
    }

    /// <inheritdoc/>
    public void ReturnFrames() => ledger.ReturnAll();

    /// <summary>Closes the port and returns its frames, where the pool's worker does not run beside.</summary>
    public void Dispose()
    {
        Close();
        ReturnFrames();
    }

    private static Result<AfXdpPort> OpenHere(string interfaceName, XdpMemory memory, AfXdpOptions options)
    {
        if (!RtnetlinkClient.Open().TryGet(out var netlink, out var error))
            return error;
        using (netlink)
        {
            if (!netlink.GetLink(interfaceName).TryGet(out var link, out error))
                return error;
            if (link.HardwareType != Link.EthernetHardwareType || link.Mac is null)
                return new LinuxError($"open(interface '{interfaceName}')", Errno.EINVAL, "it is no Ethernet interface");
            var counters = new PortCounters();
            return XdpAttachment.Open(link, memory, options, counters).TryGet(out var attachment, out error)
                ? new AfXdpPort(link, memory, attachment, options, counters) : error;
        }
    }

    private void CountKernelDrops()
    {
        foreach (var receiver in receivers)
        {
            var drops = receiver.TakeDrops();
            if (drops > 0)
                Counters.CountReceiveDrop(DropReason.RxRingFull, drops);
        }
    }
}
