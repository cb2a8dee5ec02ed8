using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Linux;

namespace VRouter.Io.Netlink;

/// <summary>
/// Asks and changes the kernel's interfaces, IPv4 addresses and IPv4 routes (rtnetlink(7)) of one network namespace. Every call waits for
/// the kernel's answer, at most <see cref="Timeout"/>. One thread at a time.
/// </summary>
public sealed class RtnetlinkClient : IDisposable
{
    private const int DumpAttempts = 8;

    private readonly NetlinkSocket socket;
    private uint sequence;

    private RtnetlinkClient(NetlinkSocket socket) => this.socket = socket;

    private delegate bool Decoder<T>(ReadOnlySpan<byte> payload, out T? value)
        where T : class;

    /// <summary>How long an answer may take.</summary>
    public static TimeSpan Timeout => TimeSpan.FromSeconds(5);

    /// <summary>Opens a client in the named network namespace; null is the calling thread's.</summary>
    public static Result<RtnetlinkClient> Open(string? networkNamespace = null) =>
        NetworkNamespace.Run<RtnetlinkClient>(networkNamespace, () =>
            NetlinkSocket.Open(groups: 0, Timeout, receiveBuffer: 0).TryGet(out var socket, out var error) ? new RtnetlinkClient(socket) : error);

    /// <summary>All interfaces.</summary>
    public Result<IReadOnlyList<Link>> GetLinks() =>
        Dump<Link, InterfaceMessage>("dump of interfaces", NetlinkType.GetLink, NetlinkType.NewLink, new InterfaceMessage(), RtnetlinkDecoder.TryReadLink);

    /// <summary>The interface of that name; ENODEV if there is none.</summary>
    public Result<Link> GetLink(string name) =>
        GetLink($"get(interface '{name}')", LinkRequest(NetlinkType.GetLink, 0, 0, 0), name);

    /// <summary>The interface of that index; ENODEV if there is none.</summary>
    public Result<Link> GetLink(int index) =>
        GetLink($"get(interface {index})", LinkRequest(NetlinkType.GetLink, index, 0, 0), null);

    /// <summary>All IPv4 addresses of all interfaces.</summary>
    public Result<IReadOnlyList<InterfaceAddress>> GetAddresses() => Dump<InterfaceAddress, AddressMessage>(
        "dump of addresses",
        NetlinkType.GetAddress,
        NetlinkType.NewAddress,
        new AddressMessage { Family = Libc.AF_INET },
        RtnetlinkDecoder.TryReadAddress);

    /// <summary>All IPv4 routes of all tables.</summary>
    public Result<IReadOnlyList<KernelRoute>> GetRoutes() => Dump<KernelRoute, RouteMessage>(
        "dump of routes",
        NetlinkType.GetRoute,
        NetlinkType.NewRoute,
        new RouteMessage { Family = Libc.AF_INET },
        RtnetlinkDecoder.TryReadRoute);

    /// <summary>Sets the interface administratively up or down. Null is success, here and in all that follow.</summary>
    public LinuxError? SetUp(int index, bool up) => Change(
        $"set(interface {index} {(up ? "up" : "down")})",
        LinkRequest(NetlinkType.NewLink, index, up ? LinkFlags.Up : LinkFlags.None, LinkFlags.Up));

    /// <summary>Sets the MTU in bytes.</summary>
    public LinuxError? SetMtu(int index, int mtu) =>
        Change($"set(interface {index} mtu {mtu})", LinkRequest(NetlinkType.NewLink, index, 0, 0).Attribute(LinkAttribute.Mtu, (uint)mtu));

    /// <summary>Sets the MAC address.</summary>
    public LinuxError? SetMac(int index, MacAddress mac) =>
        Change($"set(interface {index} address {mac})", LinkRequest(NetlinkType.NewLink, index, 0, 0).Attribute(LinkAttribute.Address, mac));

    /// <summary>Renames the interface; it must be down on kernels before 6.2.</summary>
    public LinuxError? SetName(int index, string name) =>
        Change($"set(interface {index} name '{name}')", LinkRequest(NetlinkType.NewLink, index, 0, 0).Attribute(LinkAttribute.Name, name));

    /// <summary>
    /// Moves the interface into another network namespace, under a new name if one is given. It loses its addresses and is down there. The
    /// index may change.
    /// </summary>
    public LinuxError? MoveToNamespace(int index, FileDescriptor networkNamespace, string? newName = null)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        var request = LinkRequest(NetlinkType.NewLink, index, 0, 0).Attribute(LinkAttribute.NamespaceDescriptor, (uint)networkNamespace.Number);
        if (newName is not null)
            request.Attribute(LinkAttribute.Name, newName);
        return Change($"move(interface {index} to another network namespace)", request);
    }

    /// <summary>
    /// Makes an interface of a kind ("veth", "vxlan") with the kind's default settings; EOPNOTSUPP if the kernel does not know the kind, EINVAL if
    /// the kind cannot be without settings.
    /// </summary>
    public LinuxError? AddLink(string name, string kind) => Change(
        $"add(interface '{name}' of kind '{kind}')",
        new NetlinkRequest(NetlinkType.NewLink, NetlinkType.FlagCreate | NetlinkType.FlagExclusive | NetlinkType.FlagAck)
            .Fixed(default(InterfaceMessage))
            .Attribute(LinkAttribute.Name, name)
            .Nested(LinkAttribute.Info, LinkAttribute.InfoKind, kind));

    /// <summary>Deletes the interface.</summary>
    public LinuxError? DeleteLink(int index) => Change($"delete(interface {index})", LinkRequest(NetlinkType.DelLink, index, 0, 0));

    /// <summary>Adds an address with its on-link prefix.</summary>
    public LinuxError? AddAddress(int index, IPv4Address address, int prefixLength) => Change(
        $"add(address {address}/{prefixLength} to interface {index})",
        new NetlinkRequest(NetlinkType.NewAddress, NetlinkType.FlagCreate | NetlinkType.FlagExclusive | NetlinkType.FlagAck)
            .Fixed(new AddressMessage { Family = Libc.AF_INET, PrefixLength = (byte)prefixLength, Index = (uint)index })
            .Attribute(LinkAttribute.AddressLocal, address)
            .Attribute(LinkAttribute.AddressPeer, address));

    /// <summary>Adds a static unicast route to the main table.</summary>
    /// <param name="prefix">The destination.</param>
    /// <param name="gateway">The gateway; null if the destination is on-link.</param>
    /// <param name="linkIndex">The output interface.</param>
    /// <param name="gatewayIsOnLink">Takes the gateway as reachable on the interface even if no route says so.</param>
    public LinuxError? AddRoute(IPv4Prefix prefix, IPv4Address? gateway, int linkIndex, bool gatewayIsOnLink = false)
    {
        const byte staticProtocol = 4;
        const byte linkScope = 253;
        const uint onLink = 4; // RTNH_F_ONLINK
        var request = new NetlinkRequest(NetlinkType.NewRoute, NetlinkType.FlagCreate | NetlinkType.FlagExclusive | NetlinkType.FlagAck)
            .Fixed(new RouteMessage
            {
                Family = Libc.AF_INET,
                DestinationLength = (byte)prefix.Length,
                Table = (byte)KernelRoute.MainTable,
                Protocol = staticProtocol,
                Scope = gateway is null ? linkScope : (byte)0,
                Type = (byte)KernelRouteType.Unicast,
                Flags = gateway is not null && gatewayIsOnLink ? onLink : 0,
            })
            .Attribute(LinkAttribute.RouteDestination, prefix.Network)
            .Attribute(LinkAttribute.RouteOutput, (uint)linkIndex);
        if (gateway is { } via)
            request.Attribute(LinkAttribute.RouteGateway, via);
        return Change($"add(route {prefix}{(gateway is { } shown ? $" via {shown}" : "")} dev {linkIndex})", request);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static NetlinkRequest LinkRequest(ushort type, int index, LinkFlags flags, LinkFlags change) =>
        new NetlinkRequest(type, NetlinkType.FlagAck).Fixed(new InterfaceMessage { Index = index, Flags = (uint)flags, Change = (uint)change });

    private Result<Link> GetLink(string operation, NetlinkRequest request, string? name)
    {
        if (name is not null)
            request.Attribute(LinkAttribute.Name, name);
        List<Link> links = [];
        if (Exchange(operation, request, NetlinkType.NewLink, RtnetlinkDecoder.TryReadLink, links, out _) is { } error)
            return error;
        return links.Count == 1 ? links[0] : new LinuxError(operation, Errno.ENODEV);
    }

    private LinuxError? Change(string operation, NetlinkRequest request) =>
        Exchange<Link>(operation, request, 0, RtnetlinkDecoder.TryReadLink, [], out _);

    /// <summary>A dump that was interrupted by a change is inconsistent and is repeated, as linux/netlink.h asks for.</summary>
    private Result<IReadOnlyList<T>> Dump<T, THeader>(string operation, ushort type, ushort reply, THeader header, Decoder<T> decode)
        where T : class
        where THeader : unmanaged
    {
        for (var attempt = 0; attempt < DumpAttempts; attempt++)
        {
            var request = new NetlinkRequest(type, NetlinkType.FlagDump).Fixed(header);
            List<T> items = [];
            if (Exchange(operation, request, reply, decode, items, out var interrupted) is { } error)
                return error;
            if (!interrupted)
                return items;
        }

        return new LinuxError(operation, Errno.EAGAIN, "it kept changing while it was read");
    }

    /// <summary>Sends a request and reads until its end: the acknowledgement, or for a dump the "done" message.</summary>
    private LinuxError? Exchange<T>(
        string operation, NetlinkRequest request, ushort reply, Decoder<T> decode, List<T> items, out bool interrupted)
        where T : class
    {
        interrupted = false;
        var number = ++sequence;
        if (socket.Send(request.ToBytes(number)) is { IsError: true } unsent)
            return new LinuxError(operation, unsent);
        while (true)
        {
            var received = socket.Receive(out var datagram);
            if (received.IsError)
                return new LinuxError(operation, received == Errno.EAGAIN ? Errno.ETIMEDOUT : received);
            var reader = new NetlinkReader(datagram);
            while (reader.TryRead(out var message))
            {
                if (message.Sequence != number)
                    continue; // the late answer to a request that timed out
                interrupted |= (message.Flags & NetlinkType.FlagDumpInterrupted) != 0;
                if (message.Type is NetlinkType.Error or NetlinkType.Done)
                    return NetlinkAcknowledgement.Read(operation, message);
                if (message.Type == reply)
                {
                    if (!decode(message.Payload, out var item))
                        return new LinuxError(operation, Errno.EBADMSG, "the kernel's answer is malformed");
                    if (item is not null)
                        items.Add(item);
                }
            }

            if (reader.IsMalformed)
                return new LinuxError(operation, Errno.EBADMSG, "the kernel's answer is malformed");
        }
    }
}
