using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: answers ARP requests (RFC 826): on a workload port as a gateway and by proxy (RFC 1027), on an uplink that no host stack shares for the
/// router's address; takes in what ARP packets say about neighbors.
/// </para>
/// <para>Needs: an ARP packet at byte 0, the Ethernet header in the headroom.</para>
/// <para>Sets: an answer re-uses the frame: <c>Answer</c>, <c>TxPort</c>; the Ethernet header is in place again.</para>
/// <para>
/// Next: none; transmits, delivers. Drops: ArpTruncated, ArpUnsupported, MacSourceInvalid, ArpSenderNotAllowed, ArpOwnAddress, ArpTargetNotOurs,
/// PortDown.
/// </para>
/// </summary>
public sealed class ArpInput(NeighborTable neighbors) : Stage(StageNames.ArpInput)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var tables = context.Tables;
        for (var i = 0; i < vector.Count; i++)
        {
            var frame = vector[i];
            var rxPort = frame.Metadata.RxPort;
            vector.Verdicts[i] = (uint)rxPort < (uint)tables.Ports.Length && tables.Ports[rxPort] is { } port
                ? Input(frame, port, tables, context.Now)
                : Verdict.Drop(DropReason.PortDown);
        }
    }

    private static bool IsOwn(PortEntry port, IPv4Address address)
    {
        // Indices, since enumerating an interface allocates.
        var addresses = port.WorkloadAddresses;
        for (var i = 0; i < addresses.Count; i++)
        {
            if (addresses[i] == address)
                return true;
        }

        return false;
    }

    private static bool MaySend(PortEntry port, IPv4Address address)
    {
        if (IsOwn(port, address))
            return true;
        var prefixes = port.AllowedSources;
        for (var i = 0; i < prefixes.Count; i++)
        {
            if (prefixes[i].Contains(address))
                return true;
        }

        return false;
    }

    // As Linux's proxy_arp: for an address whose route leads out of another port, never for one that packets are not forwarded to.
    private static bool LeadsElsewhere(ForwardingTables tables, IPv4Address target, int rxPort)
    {
        if (target.IsThisNetwork || target.IsLoopback || target.IsLinkLocal || target.IsMulticast || target.IsClassE)
            return false;
        return AdjacencyAt(tables, tables.Fib.Lookup(target)) is { } adjacency && LeadsElsewhere(tables, adjacency, target, rxPort);
    }

    private static bool LeadsElsewhere(ForwardingTables tables, Adjacency adjacency, IPv4Address target, int rxPort)
    {
        switch (adjacency.Kind)
        {
            case AdjacencyKind.Drop:
                return false;
            case AdjacencyKind.Local:
                return true;
            case AdjacencyKind.Multipath:
                var members = adjacency.Members;
                for (var i = 0; i < members.Count; i++)
                {
                    if (AdjacencyAt(tables, members[i]) is { Kind: not AdjacencyKind.Multipath } member && LeadsElsewhere(tables, member, target, rxPort))
                        return true;
                }

                return false;
            case AdjacencyKind.Connected when IsSubnetBroadcast(tables, adjacency.Port, target):
                return false;
            default:
                return adjacency.Port != rxPort;
        }
    }

    // As ip4-forward, which drops what is sent there.
    private static bool IsSubnetBroadcast(ForwardingTables tables, int port, IPv4Address target) =>
        (uint)port < (uint)tables.Ports.Length && tables.Ports[port] is { } entry && IPv4Forward.IsSubnetBroadcast(entry.Subnet, target);

    // The FIB may already hold a route that is younger than these tables.
    private static Adjacency? AdjacencyAt(ForwardingTables tables, int index) =>
        (uint)index < (uint)tables.Adjacencies.Length ? tables.Adjacencies[index] : null;

    // Turns the request into the reply "target is at the port's MAC address" (RFC 826), without what padded the request.
    private static Verdict Answer(Frame frame, PortEntry port, ArpHeader request)
    {
        var (asker, askerAddress, target) = (request.SenderMac, request.SenderAddress, request.TargetAddress);
        ArpHeader.Write(frame.Bytes, ArpOperation.Reply, port.Mac, target, asker, askerAddress);
        frame.Truncate(ArpHeader.Size);
        EthernetHeader.Write(frame.Prepend(EthernetHeader.Size), asker, port.Mac, EtherType.Arp);
        ref var metadata = ref frame.Metadata;
        metadata.TxPort = metadata.RxPort;
        metadata.Flags |= FrameFlags.Answer;
        return Verdict.Transmit;
    }

    private Verdict Input(Frame frame, PortEntry port, ForwardingTables tables, long now)
    {
        var reason = ArpHeader.Parse(frame.Bytes, out var packet);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);
        if (packet.SenderMac.IsMulticast || packet.SenderMac.IsZero)
            return Verdict.Drop(DropReason.MacSourceInvalid);
        return port.Role == PortRole.Workload ? FromWorkload(frame, port, packet, tables, now) : FromUplink(frame, port, packet, now);
    }

    private Verdict FromWorkload(Frame frame, PortEntry port, ArpHeader packet, ForwardingTables tables, long now)
    {
        var (sender, target) = (packet.SenderAddress, packet.TargetAddress);
        if (packet.Operation == ArpOperation.Request && sender == IPv4Address.Any)
            return FromProbe(frame, port, packet, tables);
        if (!MaySend(port, sender))
            return Verdict.Drop(DropReason.ArpSenderNotAllowed);
        if (port.WorkloadMac is null)
            neighbors.Learn(frame.Metadata.RxPort, sender, packet.SenderMac, now);
        if (packet.Operation == ArpOperation.Reply)
            return Verdict.Deliver;
        if (target == sender || IsOwn(port, target))
            return Verdict.Drop(DropReason.ArpOwnAddress);
        return target == IPv4Address.WorkloadGateway || LeadsElsewhere(tables, target, frame.Metadata.RxPort)
            ? Answer(frame, port, packet)
            : Verdict.Drop(DropReason.ArpTargetNotOurs);
    }

    // RFC 5227 §2.1.1: a probe asks whether an address is taken. An answer says yes, so only the router's own addresses get one, never by proxy.
    private static Verdict FromProbe(Frame frame, PortEntry port, ArpHeader probe, ForwardingTables tables)
    {
        var target = probe.TargetAddress;
        if (target == IPv4Address.WorkloadGateway || tables.LocalAddresses.Contains(target))
            return Answer(frame, port, probe);
        return Verdict.Drop(IsOwn(port, target) ? DropReason.ArpOwnAddress : DropReason.ArpTargetNotOurs);
    }

    private Verdict FromUplink(Frame frame, PortEntry port, ArpHeader packet, long now)
    {
        // A frame of our own that some switch sent back says nothing new.
        if (packet.SenderMac != port.Mac)
            neighbors.Learn(frame.Metadata.RxPort, packet.SenderAddress, packet.SenderMac, now);
        if (port.HasHostStack || packet.Operation == ArpOperation.Reply || packet.TargetAddress == packet.SenderAddress)
            return Verdict.Deliver;
        return packet.TargetAddress == port.Address ? Answer(frame, port, packet) : Verdict.Drop(DropReason.ArpTargetNotOurs);
    }
}
