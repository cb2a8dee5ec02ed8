using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: validates the packet (RFC 1812 §5.2.2), cuts the link's padding off, refuses addresses that nobody may send from or forward to
/// (RFC 1812 §5.3.7), a workload's false source address, and a workload's own tunnel packets, which would escape into the node network.
/// Needs: byte 0 is where the IPv4 header should be; <c>RxPort</c>.
/// Sets: the frame's length.
/// Next: ip4-lookup. Ends: delivered, for what is meant for the host behind a shared uplink. Drops: IPv4Truncated, IPv4Version, IPv4HeaderLength,
/// IPv4TotalLength, IPv4Checksum, IPv4FragmentOffset, IPv4MartianSource, IPv4MartianDestination, IPv4Broadcast, IPv4Multicast, SourceSpoofed,
/// WorkloadEncapsulation, PortDown.
/// </summary>
public sealed class IPv4Input() : Stage(StageNames.IPv4Input, StageNames.IPv4Lookup)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var tables = context.Tables;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = Check(frames[i], tables);
    }

    private static Verdict Check(Frame frame, ForwardingTables tables)
    {
        var reason = IPv4Header.Parse(frame.Bytes, out var header);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);
        frame.Truncate(header.TotalLength);
        if (header.IsLaterFragment && header.FragmentOffset + header.Payload.Length > IPv4Header.MaximumTotalLength)
            return Verdict.Drop(DropReason.IPv4FragmentOffset);
        ref var metadata = ref frame.Metadata;
        if ((uint)metadata.RxPort >= (uint)tables.Ports.Length || tables.Ports[metadata.RxPort] is not { } port)
            return Verdict.Drop(DropReason.PortDown);
        var decapsulated = (metadata.Flags & FrameFlags.Decapsulated) != 0;

        reason = CheckDestination(header.Destination, tables);
        var beyondThisRouter = reason is DropReason.IPv4Broadcast or DropReason.IPv4Multicast or DropReason.IPv4MartianDestination;
        if (beyondThisRouter && port.HasHostStack && !decapsulated)
            return Verdict.Deliver;
        if (!MaySend(header.Source, port, tables))
            return Verdict.Drop(DropReason.IPv4MartianSource);
        if (port.Role == PortRole.Workload && !decapsulated)
        {
            if (!OwnsSource(port, header.Source))
                return Verdict.Drop(DropReason.SourceSpoofed);
            if (Encapsulates(port, header, tables))
                return Verdict.Drop(DropReason.WorkloadEncapsulation);
        }

        return beyondThisRouter ? Verdict.Drop(reason) : Verdict.To(0);
    }

    private static DropReason CheckDestination(IPv4Address destination, ForwardingTables tables)
    {
        if (destination.IsMulticast)
            return DropReason.IPv4Multicast;
        if (destination == IPv4Address.LimitedBroadcast)
            return DropReason.IPv4Broadcast;
        // RFC 3927 §7: link-local packets are not forwarded; but the workloads' gateway address may be one of the router's own.
        if (destination.IsLoopback || destination.IsThisNetwork || destination.IsClassE
            || (destination.IsLinkLocal && !tables.LocalAddresses.Contains(destination)))
            return DropReason.IPv4MartianDestination;
        return DropReason.None;
    }

    private static bool MaySend(IPv4Address source, PortEntry port, ForwardingTables tables) =>
        !(source.IsThisNetwork || source.IsLoopback || source.IsMulticast || source.IsClassE)
        && !tables.LocalAddresses.Contains(source)
        && !(port.Role == PortRole.Uplink && port.Subnet.Length is > 0 and < 31 && source == port.Subnet.Last);

    /// <summary>True if the workload may send from the address (anti-spoofing).</summary>
    internal static bool OwnsSource(PortEntry port, IPv4Address source)
    {
        var addresses = port.WorkloadAddresses;
        for (var i = 0; i < addresses.Count; i++)
        {
            if (addresses[i] == source)
                return true;
        }

        var prefixes = port.AllowedSources;
        for (var i = 0; i < prefixes.Count; i++)
        {
            if (prefixes[i].Contains(source))
                return true;
        }

        return false;
    }

    private static bool Encapsulates(PortEntry port, IPv4Header header, ForwardingTables tables)
    {
        if (header.Protocol == IpProtocol.IPv4)
            return !port.AllowIpip;
        // Later fragments hold no transport port; without their first one they come to nothing.
        if (header.Protocol != IpProtocol.Udp || port.AllowVxlan || header.IsLaterFragment || header.Payload.Length < UdpHeader.Size)
            return false;
        var destination = UdpHeader.At(header.Payload).DestinationPort;
        var vxlan = tables.VxlanL4Ports;
        for (var i = 0; i < vxlan.Count; i++)
        {
            if (vxlan[i] == destination)
                return true;
        }

        return tables.Vxlan?.L4Port == destination;
    }
}
