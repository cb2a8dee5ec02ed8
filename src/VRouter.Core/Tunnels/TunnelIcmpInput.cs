using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: takes in ICMP errors about outer packets that this node sent, and translates them for the inner packet's sender (RFC 2003 §4): Fragmentation
/// Needed lowers the path MTU of the tunnel and becomes Fragmentation Needed with what the tunnel now takes; unreachable becomes Network or Host
/// Unreachable, Time Exceeded Host Unreachable. Only a sender behind one of this node's workload ports is told, so that a forged quote cannot aim errors elsewhere.
/// Needs: a valid, unfragmented ICMP error addressed to the router. Sets: <c>Reason</c>, <c>IcmpMtu</c>; the frame becomes the quoted part of the inner packet.
/// Next: icmp-error. Ends: delivered, where the path MTU was all there was to learn, and what is the host's own. Drops: IcmpTruncated, IcmpChecksum,
/// IcmpQuoteTooShort (a path MTU that it told is noted all the same), LocalIgnored.
/// </summary>
public sealed class TunnelIcmpInput() : Stage(StageNames.TunnelIcmpInput, StageNames.IcmpError)
{
    // An ICMP error quotes the header and at least 8 bytes more (RFC 792); the inner packet must have as much.
    private const int QuotedData = 8;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = Translate(frames[i], context);
    }

    private static Verdict Translate(Frame frame, StageContext context)
    {
        var header = IPv4Header.At(frame.Bytes);
        var reason = IcmpHeader.Parse(header.Payload, out var icmp);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);
        var quote = icmp.Payload;
        if (IPv4Header.ParseQuoted(quote, out var outer) != DropReason.None || FindTunnel(outer, quote, context.Tables) is not { } tunnel)
            return NotOurs(frame, context.Tables);

        var error = Classify(icmp, tunnel.Kind);
        if (error == DropReason.None)
            return Verdict.Drop(DropReason.LocalIgnored);
        var path = error == DropReason.FragmentationNeeded
            ? NoteMtu(tunnel, icmp.NextHopMtu, outer.TotalLength, context)
            : tunnel.PathMtu.Get(context.Now);

        var innerStart = outer.HeaderLength + tunnel.Overhead - IPv4Header.MinimumSize;
        if (quote.Length < innerStart
            || IPv4Header.ParseQuoted(quote[innerStart..], out var inner) != DropReason.None
            || quote.Length < innerStart + inner.HeaderLength + QuotedData)
            return Verdict.Drop(DropReason.IcmpQuoteTooShort);
        if (!IsLocalWorkload(inner.Source, context.Tables))
            return Verdict.Drop(DropReason.LocalIgnored);

        var mtu = path - tunnel.Overhead;
        if (error == DropReason.FragmentationNeeded && (!inner.DontFragment || inner.TotalLength <= mtu))
            return Verdict.Deliver;
        HandOver(frame, header.HeaderLength + IcmpHeader.Size + innerStart, inner.TotalLength, error, mtu);
        return Verdict.To(0);
    }

    // RFC 2003 §4.1: the types that say that packets do not get through, and with which error the inner sender learns it. The inner destination is on no network of
    // the router's own, so what is unreachable as a network, or as a protocol, is told as a network. No IPIP packet can be about a port.
    private static DropReason Classify(IcmpHeader icmp, TunnelKind kind) => icmp.Type switch
    {
        IcmpType.DestinationUnreachable => icmp.Code switch
        {
            IcmpUnreachableCode.FragmentationNeeded => DropReason.FragmentationNeeded,
            IcmpUnreachableCode.Network or IcmpUnreachableCode.Protocol => DropReason.NoRoute,
            IcmpUnreachableCode.Port when kind == TunnelKind.Ipip => DropReason.None,
            IcmpUnreachableCode.SourceRouteFailed => DropReason.None,
            _ => DropReason.RouteUnreachable,
        },
        IcmpType.TimeExceeded when icmp.Code == IcmpTimeExceededCode.Transit => DropReason.RouteUnreachable,
        _ => DropReason.None,
    };

    private static Tunnel? FindTunnel(IPv4Header outer, ReadOnlySpan<byte> quote, ForwardingTables tables)
    {
        if (outer.IsLaterFragment || !tables.TunnelsByPeer.TryGetValue(outer.Destination, out var tunnels))
            return null;
        for (var i = 0; i < tunnels.Count; i++)
        {
            var tunnel = tunnels[i];
            if (tunnel.Local != outer.Source)
                continue;
            if (tunnel.Kind == TunnelKind.Ipip ? outer.Protocol == IpProtocol.IPv4 : IsVxlan(outer, quote, tunnel))
                return tunnel;
        }

        return null;
    }

    private static bool IsVxlan(IPv4Header outer, ReadOnlySpan<byte> quote, Tunnel tunnel)
    {
        var udp = quote[outer.HeaderLength..];
        return outer.Protocol == IpProtocol.Udp && udp.Length >= 4 && ((udp[2] << 8) | udp[3]) == tunnel.L4Port;
    }

    private static int NoteMtu(Tunnel tunnel, int told, int totalLength, StageContext context)
    {
        // RFC 1191 §5: a router that is older than it tells 0. What is not below the length of the packet itself cannot be true.
        var mtu = told == 0 ? PathMtuPlateau.Below(totalLength) : told;
        return mtu < totalLength ? context.LowerPathMtu(tunnel, mtu) : tunnel.PathMtu.Get(context.Now);
    }

    private static bool IsLocalWorkload(IPv4Address sender, ForwardingTables tables)
    {
        var index = tables.Fib.Lookup(sender);
        if ((uint)index >= (uint)tables.Adjacencies.Length)
            return false;
        var adjacency = tables.Adjacencies[index];
        return adjacency.Kind is AdjacencyKind.NextHop or AdjacencyKind.Connected
            && (uint)adjacency.Port < (uint)tables.Ports.Length
            && tables.Ports[adjacency.Port] is { Role: PortRole.Workload };
    }

    private static void HandOver(Frame frame, int innerStart, int innerLength, DropReason error, int mtu)
    {
        frame.TrimFront(innerStart);
        if (frame.Bytes.Length > innerLength)
            frame.Truncate(innerLength);
        ref var metadata = ref frame.Metadata;
        metadata.Reason = error;
        metadata.IcmpMtu = error == DropReason.FragmentationNeeded ? (ushort)mtu : (ushort)0;
        metadata.EncapsulationLength = 0;
    }

    private static Verdict NotOurs(Frame frame, ForwardingTables tables)
    {
        var port = frame.Metadata.RxPort;
        return (uint)port < (uint)tables.Ports.Length && tables.Ports[port] is { HasHostStack: true }
            ? Verdict.Deliver
            : Verdict.Drop(DropReason.LocalIgnored);
    }
}
