using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Ports;

/// <summary>
/// A port on an existing interface through packet sockets, packet(7): the host's side of a pod's veth pair, or the uplink. It sees every frame that
/// the interface receives, before the kernel's stack does, and none that the host sends. Super-frames and half-done checksums of the interface's offloads are
/// finished in software. The interface itself is not changed.
/// </summary>
public sealed class AfPacketPort : IPort
{
    /// <summary>Bytes of the receive ring unless another size is asked for: at an MTU of 1500, 2,368 frames.</summary>
    public const int DefaultRingBytes = 4 << 20;

    private const long ErrorCheckInterval = 1_000_000;
    private const long ProbeInterval = 100_000_000;

    private readonly PacketReceiveRing ring;
    private readonly PacketSender sender;
    private readonly LinkProbe probe;
    private long nextErrorCheck = long.MinValue;
    private long nextProbe = long.MinValue;
    private int mtu;
    private bool isDisposed;

    private AfPacketPort(Link link, PacketReceiveRing ring, PacketSender sender, PortCounters counters)
    {
        Name = link.Name;
        Mac = link.Mac!.Value;
        InterfaceIndex = link.Index;
        mtu = link.Mtu;
        this.ring = ring;
        this.sender = sender;
        Counters = counters;
        probe = new LinkProbe(ring.Socket, link.Index);
        State = probe.Read(ref mtu);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "af-packet";

    /// <summary>The interface's MTU; follows it within 100 ms of the worker's clock.</summary>
    public int Mtu => mtu;

    /// <summary>The interface's MAC address when the port was opened.</summary>
    public MacAddress Mac { get; }

    /// <summary>The interface's index in its network namespace.</summary>
    public int InterfaceIndex { get; }

    /// <inheritdoc/>
    public int Descriptor => ring.Socket.Number;

    /// <inheritdoc/>
    public PortCounters Counters { get; }

    /// <summary>Follows the interface within 100 ms of the worker's clock, and at once if sending fails.</summary>
    public PortState State { get; private set; }

    /// <summary>Opens a port on an interface.</summary>
    /// <param name="interfaceName">An Ethernet interface.</param>
    /// <param name="networkNamespace">The network namespace that has it, a name under /run/netns; null is the calling thread's.</param>
    /// <param name="ringBytes">Bytes of the receive ring.</param>
    /// <returns>The port, or why not: ENODEV without such an interface, EPERM without CAP_NET_RAW.</returns>
    public static Result<AfPacketPort> Open(string interfaceName, string? networkNamespace = null, int ringBytes = DefaultRingBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ringBytes);
        return NetworkNamespace.Run(networkNamespace, () => OpenHere(interfaceName, ringBytes));
    }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var count = ring.Receive(pool, vector, now);
        if (count == 0 && now >= nextErrorCheck)
        {
            // An interface that goes down leaves an error on the socket, which would keep waking a worker that polls.
            nextErrorCheck = now + ErrorCheckInterval;
            if (PacketSocket.TakeError(ring.Socket).IsError)
                nextProbe = now;
        }

        if (now >= nextProbe)
        {
            nextProbe = now + ProbeInterval;
            Refresh();
        }

        return count;
    }

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        var error = sender.Transmit(vector, mtu, State.IsUp);
        if (error.IsError && error != Errno.EMSGSIZE && error != Errno.EAGAIN)
            State = probe.Read(ref mtu);
    }

    /// <summary>Reads the interface's state and the kernel's drop counter now, without waiting for the next interval.</summary>
    public void Refresh()
    {
        State = probe.Read(ref mtu);
        CountKernelDrops();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        CountKernelDrops();
        ring.Dispose();
        sender.Dispose();
    }

    private static Result<AfPacketPort> OpenHere(string interfaceName, int ringBytes)
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
            if (!PacketReceiveRing.Open(link.Name, link.Index, link.Mtu, ringBytes, counters).TryGet(out var ring, out error))
                return error;
            if (PacketSender.Open(link.Name, link.Index, counters).TryGet(out var sender, out error))
                return new AfPacketPort(link, ring, sender, counters);
            ring.Dispose();
            return error;
        }
    }

    private void CountKernelDrops()
    {
        var drops = ring.TakeKernelDrops();
        if (drops > 0)
            Counters.CountReceiveDrop(DropReason.RxRingFull, drops);
    }
}
