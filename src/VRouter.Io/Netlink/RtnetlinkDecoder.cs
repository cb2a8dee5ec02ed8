using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Linux;

namespace VRouter.Io.Netlink;

/// <summary>
/// Reads the payload of RTM_*LINK, RTM_*ADDR and RTM_*ROUTE messages. Any bytes are safe input; false means that they are malformed, and a
/// null result that they describe something else than what is asked for (another address family).
/// </summary>
internal static class RtnetlinkDecoder
{
    private const ushort LinkAddress = 1;
    private const ushort LinkName = 3;
    private const ushort LinkMtu = 4;
    private const ushort LinkQueueDiscipline = 6;
    private const ushort LinkMaster = 10;
    private const ushort LinkOperationalState = 16;
    private const ushort LinkInformation = 18;
    private const ushort LinkInformationKind = 1;

    private const ushort AddressPeer = 1;
    private const ushort AddressLocal = 2;
    private const ushort AddressFlags = 8;
    private const uint AddressIsSecondary = 1;

    private const ushort RouteDestination = 1;
    private const ushort RouteOutput = 4;
    private const ushort RouteGateway = 5;
    private const ushort RoutePriority = 6;
    private const ushort RoutePreferredSource = 7;
    private const ushort RouteMultipath = 9;
    private const ushort RouteTable = 15;
    private const ushort RouteVia = 18;
    private const int NextHopHeaderSize = 8;

    public static bool TryReadLink(ReadOnlySpan<byte> payload, out Link? link)
    {
        link = null;
        if (!MemoryMarshal.TryRead<InterfaceMessage>(payload, out var header))
            return false;
        var name = "";
        var mtu = 0;
        MacAddress? mac = null;
        var state = OperationalState.Unknown;
        string? kind = null;
        string? queueDiscipline = null;
        var master = 0;
        var attributes = new NetlinkAttributeReader(payload[Unsafe.SizeOf<InterfaceMessage>()..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case LinkName:
                    name = attributes.Text();
                    break;
                case LinkMtu:
                    mtu = (int)attributes.UInt32();
                    break;
                case LinkAddress when attributes.Value.Length == MacAddress.Size:
                    mac = MacAddress.Read(attributes.Value);
                    break;
                case LinkQueueDiscipline:
                    queueDiscipline = attributes.Text();
                    break;
                case LinkMaster:
                    master = (int)attributes.UInt32();
                    break;
                case LinkOperationalState:
                    state = (OperationalState)attributes.UInt8();
                    break;
                case LinkInformation:
                    if (!TryReadKind(attributes.Value, ref kind))
                        return false;
                    break;
            }
        }

        if (attributes.IsMalformed || name.Length == 0)
            return false;
        link = new Link(header.Index, name, mtu, mac, (LinkFlags)header.Flags, state, header.Type, kind, master) { QueueDiscipline = queueDiscipline };
        return true;
    }

    public static bool TryReadAddress(ReadOnlySpan<byte> payload, out InterfaceAddress? address)
    {
        address = null;
        if (!MemoryMarshal.TryRead<AddressMessage>(payload, out var header))
            return false;
        if (header.Family != Libc.AF_INET)
            return true;
        IPv4Address? local = null;
        IPv4Address? peer = null;
        uint flags = header.Flags;
        var attributes = new NetlinkAttributeReader(payload[Unsafe.SizeOf<AddressMessage>()..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case AddressPeer:
                    peer = attributes.IPv4();
                    break;
                case AddressLocal:
                    local = attributes.IPv4();
                    break;
                case AddressFlags:
                    flags = attributes.UInt32();
                    break;
            }
        }

        if (attributes.IsMalformed || header.PrefixLength > 32 || (local ?? peer) is not { } own)
            return false;
        address = new InterfaceAddress((int)header.Index, own, header.PrefixLength, peer ?? own, (flags & AddressIsSecondary) != 0);
        return true;
    }

    public static bool TryReadRoute(ReadOnlySpan<byte> payload, out KernelRoute? route)
    {
        route = null;
        if (!MemoryMarshal.TryRead<RouteMessage>(payload, out var header))
            return false;
        if (header.Family != Libc.AF_INET)
            return true;
        var destination = IPv4Address.Any;
        uint table = header.Table;
        uint metric = 0;
        IPv4Address? source = null;
        var single = new KernelNextHop(0, null, 1, false);
        var hasSingle = false;
        List<KernelNextHop> nextHops = [];
        var attributes = new NetlinkAttributeReader(payload[Unsafe.SizeOf<RouteMessage>()..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case RouteDestination:
                    destination = attributes.IPv4();
                    break;
                case RouteOutput:
                    single = single with { LinkIndex = (int)attributes.UInt32() };
                    hasSingle = true;
                    break;
                case RouteGateway:
                    single = single with { Gateway = attributes.IPv4() };
                    hasSingle = true;
                    break;
                case RouteVia:
                    single = single with { HasOtherGateway = true };
                    hasSingle = true;
                    break;
                case RoutePriority:
                    metric = attributes.UInt32();
                    break;
                case RoutePreferredSource:
                    source = attributes.IPv4();
                    break;
                case RouteTable:
                    table = attributes.UInt32();
                    break;
                case RouteMultipath:
                    if (!TryReadNextHops(attributes.Value, nextHops))
                        return false;
                    break;
            }
        }

        if (attributes.IsMalformed || header.DestinationLength > 32)
            return false;
        if (hasSingle && nextHops.Count == 0)
            nextHops.Add(single);
        var prefix = new IPv4Prefix(destination, header.DestinationLength);
        route = new KernelRoute(prefix, nextHops, table, (KernelRouteType)header.Type, header.Protocol, metric, source);
        return true;
    }

    private static bool TryReadKind(ReadOnlySpan<byte> information, ref string? kind)
    {
        var attributes = new NetlinkAttributeReader(information);
        while (attributes.Next())
        {
            if (attributes.Type == LinkInformationKind)
                kind = attributes.Text();
        }

        return !attributes.IsMalformed;
    }

    /// <summary>Reads struct rtnexthop (length, flags, weight - 1, interface), each followed by its attributes.</summary>
    private static bool TryReadNextHops(ReadOnlySpan<byte> bytes, List<KernelNextHop> nextHops)
    {
        while (!bytes.IsEmpty)
        {
            if (!MemoryMarshal.TryRead<ushort>(bytes, out var length) || length < NextHopHeaderSize || length > bytes.Length)
                return false;
            var nextHop = new KernelNextHop(MemoryMarshal.Read<int>(bytes[4..]), null, bytes[3] + 1, false);
            var attributes = new NetlinkAttributeReader(bytes[NextHopHeaderSize..length]);
            while (attributes.Next())
            {
                if (attributes.Type == RouteGateway)
                    nextHop = nextHop with { Gateway = attributes.IPv4() };
                else if (attributes.Type == RouteVia)
                    nextHop = nextHop with { HasOtherGateway = true };
            }

            if (attributes.IsMalformed)
                return false;
            nextHops.Add(nextHop);
            bytes = bytes[Math.Min(bytes.Length, NetlinkReader.Align(length))..];
        }

        return true;
    }
}
