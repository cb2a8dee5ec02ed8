using VRouter.Io.Linux;

namespace VRouter.Io.Netlink;

/// <summary>
/// Reports changes of interfaces, IPv4 addresses and IPv4 routes of one network namespace as they happen. Open it first and dump with
/// <see cref="RtnetlinkClient"/> afterwards: then nothing is missed in between, and what is reported twice does no harm. One thread at a time.
/// </summary>
public sealed class RtnetlinkMonitor : IDisposable
{
    private const uint LinkGroup = 0x1;
    private const uint AddressGroup = 0x10;
    private const uint RouteGroup = 0x40;
    private const int ReceiveBuffer = 1 << 20;

    private readonly NetlinkSocket socket;

    private RtnetlinkMonitor(NetlinkSocket socket) => this.socket = socket;

    /// <summary>For poll(2): readable when there is something to <see cref="Read"/>.</summary>
    public int Descriptor => socket.Descriptor;

    /// <summary>Opens a monitor in the named network namespace; null is the calling thread's.</summary>
    /// <param name="networkNamespace">The name under /run/netns, or null.</param>
    /// <param name="receiveBuffer">Bytes of kernel memory for unread messages.</param>
    public static Result<RtnetlinkMonitor> Open(string? networkNamespace = null, int receiveBuffer = ReceiveBuffer) =>
        NetworkNamespace.Run<RtnetlinkMonitor>(networkNamespace, () =>
            NetlinkSocket.Open(LinkGroup | AddressGroup | RouteGroup, receiveTimeout: null, receiveBuffer).TryGet(out var socket, out var error)
                ? new RtnetlinkMonitor(socket)
                : error);

    /// <summary>
    /// Appends all changes that wait, in their order, and never blocks. If messages were lost or malformed, a
    /// <see cref="KernelChange.ResyncNeeded"/> stands at that place.
    /// </summary>
    /// <returns>Null, or why the monitor cannot go on.</returns>
    public LinuxError? Read(ICollection<KernelChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        while (true)
        {
            var received = socket.Receive(out var datagram);
            if (received == Errno.EAGAIN)
                return null;
            if (received == Errno.ENOBUFS)
                changes.Add(new KernelChange.ResyncNeeded("the kernel dropped messages because its buffer was full"));
            else if (received.IsError)
                return new LinuxError("receive(rtnetlink changes)", received);
            else
                Decode(datagram, changes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Appends the changes that one datagram of multicast messages tells. Any bytes are safe input.</summary>
    public static void Decode(ReadOnlySpan<byte> datagram, ICollection<KernelChange> changes)
    {
        var reader = new NetlinkReader(datagram);
        var malformed = false;
        while (reader.TryRead(out var message))
        {
            malformed |= !TryDecode(message, out var change);
            if (change is not null)
                changes.Add(change);
        }

        if (malformed || reader.IsMalformed)
            changes.Add(new KernelChange.ResyncNeeded("a message was malformed"));
    }

    private static bool TryDecode(NetlinkMessage message, out KernelChange? change)
    {
        change = null;
        switch (message.Type)
        {
            case NetlinkType.NewLink or NetlinkType.DelLink:
                if (!RtnetlinkDecoder.TryReadLink(message.Payload, out var link))
                    return false;
                if (link is not null)
                    change = message.Type == NetlinkType.NewLink ? new KernelChange.LinkSet(link) : new KernelChange.LinkRemoved(link);
                return true;
            case NetlinkType.NewAddress or NetlinkType.DelAddress:
                if (!RtnetlinkDecoder.TryReadAddress(message.Payload, out var address))
                    return false;
                if (address is not null)
                    change = message.Type == NetlinkType.NewAddress ? new KernelChange.AddressSet(address) : new KernelChange.AddressRemoved(address);
                return true;
            case NetlinkType.NewRoute or NetlinkType.DelRoute:
                if (!RtnetlinkDecoder.TryReadRoute(message.Payload, out var route))
                    return false;
                if (route is not null)
                    change = message.Type == NetlinkType.NewRoute ? new KernelChange.RouteSet(route) : new KernelChange.RouteRemoved(route);
                return true;
            case NetlinkType.Overrun:
                return false;
            default:
                return true;
        }
    }
}
