using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Ports;

/// <summary>
/// A port on an existing interface through packet sockets, packet(7): the host's side of a pod's veth pair, or the uplink. It sees every frame that
/// the interface receives, before the kernel's stack does, and none that the host sends. Half-done checksums of the interface's offloads are finished in software;
/// super-frames cross whole. TCP segments that go out together and belong together leave as one super-frame, which the kernel cuts again if the interface cannot
/// take it, where the interface has no queueing discipline (veths have none). The interface itself is not changed, but for a program at its egress hook if the port is opened for tunnels.
/// </summary>
public sealed class AfPacketPort : IPort
{
    /// <summary>Bytes of the receive ring unless another size is asked for: at an MTU of 1500, 2,368 frames.</summary>
    public const int DefaultRingBytes = 4 << 20;

    private readonly PacketReceiveRing ring;
    private readonly PacketSender sender;
    private readonly LinkWatch watch;
    private bool isDisposed;

    private AfPacketPort(Link link, PacketReceiveRing ring, PacketSender sender, PortCounters counters)
    {
        Name = link.Name;
        Mac = link.Mac!.Value;
        InterfaceIndex = link.Index;
        this.ring = ring;
        this.sender = sender;
        Counters = counters;
        watch = new LinkWatch(new LinkProbe(ring.Socket, link.Index), link.Mtu);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "af-packet";

    /// <summary>The interface's MTU; follows it as <see cref="State"/> does.</summary>
    public int Mtu => watch.Mtu;

    /// <summary>The interface's MAC address when the port was opened.</summary>
    public MacAddress Mac { get; }

    /// <summary>The interface's index in its network namespace.</summary>
    public int InterfaceIndex { get; }

    /// <inheritdoc/>
    public int Descriptor => ring.Socket.Number;

    /// <inheritdoc/>
    public PortCounters Counters { get; }

    /// <summary>Follows the interface within 100 ms of the worker's clock, within a second while it sleeps, and at once if sending fails or the interface goes down.</summary>
    public PortState State => watch.State;

    /// <summary>Opens a port on an interface.</summary>
    /// <param name="interfaceName">An Ethernet interface.</param>
    /// <param name="networkNamespace">The network namespace that has it, a name under /run/netns; null is the calling thread's.</param>
    /// <param name="ringBytes">Bytes of the receive ring.</param>
    /// <param name="withTunnels">True: super-frames that are in a tunnel are sent whole, too, if the kernel allows it; <see cref="SuperFrameMode"/> says whether it does. For the uplink.</param>
    /// <returns>The port, or why not: ENODEV without such an interface, EPERM without CAP_NET_RAW.</returns>
    public static Result<AfPacketPort> Open(string interfaceName, string? networkNamespace = null, int ringBytes = DefaultRingBytes, bool withTunnels = false) =>
        OpenShared(interfaceName, 1, networkNamespace, ringBytes, withTunnels).TryGet(out var ports, out var error) ? ports[0] : error;

    /// <summary>
    /// Opens ports for several workers on one interface: each frame is received by one of them, all packets of a flow by the same; each sends through a
    /// socket of its own.
    /// </summary>
    /// <param name="interfaceName">An Ethernet interface.</param>
    /// <param name="workers">Number of ports.</param>
    /// <param name="networkNamespace">As for <see cref="Open"/>.</param>
    /// <param name="ringBytes">Bytes of the receive rings of all together.</param>
    /// <param name="withTunnels">As for <see cref="Open"/>.</param>
    /// <returns>The ports, or why not: as for <see cref="Open"/>, and EINVAL for more than one before Linux 6.2.</returns>
    public static Result<IReadOnlyList<AfPacketPort>> OpenShared(
        string interfaceName, int workers, string? networkNamespace = null, int ringBytes = DefaultRingBytes, bool withTunnels = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ringBytes);
        return NetworkNamespace.Run(networkNamespace, () => OpenHere(interfaceName, workers, ringBytes, withTunnels));
    }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var count = ring.Receive(pool, vector, now);
        var hasError = watch.MayHaveErrors(count, now) && PacketSocket.TakeError(ring.Socket).IsError;
        if (watch.IsDue(now, hasError))
            Refresh();
        return count;
    }

    /// <inheritdoc/>
    public long NextLook(long now) => watch.NextLook;

    /// <inheritdoc/>
    public string SuperFrameMode => sender.SuperFrameText;

    /// <summary>How plain frames reach the interface: by AF_XDP, and by which of its queues ("af-xdp, queue 0"), or "sendmmsg".</summary>
    public string SendMethod => sender.Method;

    /// <summary>True if super-frames in IPIP and VXLAN are sent whole.</summary>
    public bool SendsTunnelsWhole => sender.TakesTunnels;

    /// <summary>
    /// False if a tunnel is around what is to be cut, unless the port was opened for tunnels and the kernel can be told of it: a card would look for TCP
    /// behind the first IP header. False always where the interface had a queueing discipline when it was opened, which is passed by.
    /// </summary>
    public bool TakesSuperFrame(Frame frame) => sender.TakesSuperFrame(frame) && SuperFrames.LongestOf(frame) <= watch.Mtu + EthernetHeader.Size;

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        var error = sender.Transmit(vector, watch.Mtu, watch.State.IsUp);
        if (error.IsError && error != Errno.EMSGSIZE && error != Errno.EAGAIN)
            watch.Read();
    }

    /// <summary>Reads the interface's state and the kernel's drop counter now, without waiting for the next interval.</summary>
    public void Refresh()
    {
        watch.Read();
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

    private static Result<IReadOnlyList<AfPacketPort>> OpenHere(string interfaceName, int workers, int ringBytes, bool withTunnels)
    {
        if (!RtnetlinkClient.Open().TryGet(out var netlink, out var error))
            return error;
        using (netlink)
        {
            if (!netlink.GetLink(interfaceName).TryGet(out var link, out error))
                return error;
            if (link.HardwareType != Link.EthernetHardwareType || link.Mac is null)
                return new LinuxError($"open(interface '{interfaceName}')", Errno.EINVAL, "it is no Ethernet interface");
            var ports = new List<AfPacketPort>(workers);
            var direct = XdpCopySocket.OpenSeveral(link.Index, DirectSender.BatchSize, workers);
            while (ports.Count < workers
                && OpenOne(link, ringBytes / workers, isShared: workers > 1, withTunnels, direct.ElementAtOrDefault(ports.Count)).TryGet(out var port, out error))
                ports.Add(port);
            if (ports.Count == workers)
            {
                var failure = workers == 1 ? null : PacketFanout.Join([.. ports.Select(port => port.ring.Socket)]);
                if (failure is null)
                    return ports;
                error = failure.Value;
            }

            ports.ForEach(port => port.Dispose());
            foreach (var socket in direct)
                socket.Dispose();
            return error;
        }
    }

    private static Result<AfPacketPort> OpenOne(Link link, int ringBytes, bool isShared, bool withTunnels, XdpCopySocket? direct)
    {
        var counters = new PortCounters();
        if (!PacketReceiveRing.Open(link.Name, link.Index, link.Mtu, ringBytes, isShared, counters).TryGet(out var ring, out var error))
            return error;
        if (PacketSender.Open(link, withTunnels, direct, counters).TryGet(out var sender, out error))
            return new AfPacketPort(link, ring, sender, counters);
        ring.Dispose();
        return error;
    }

    private void CountKernelDrops()
    {
        var drops = ring.TakeKernelDrops();
        if (drops > 0)
            Counters.CountReceiveDrop(DropReason.RxRingFull, drops);
    }
}
