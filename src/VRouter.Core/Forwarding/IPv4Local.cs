using System.Diagnostics.CodeAnalysis;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: sorts packets addressed to the router: tunnel packets and ICMP errors about tunnels from an uplink go to their stages, what else an uplink brings is
/// the host's where the host's kernel shares it; echo requests are answered, all else is refused.
/// </para>
/// <para>Needs: a valid packet, whole unless nobody here takes its fragments; <c>RxPort</c>.</para>
/// <para>Sets: of an echo reply, which re-uses the frame: <c>Answer</c>, <c>LocallyGenerated</c>; clears <c>FlowHash</c>.</para>
/// <para>
/// Next: ipip-decap, vxlan-decap, tunnel-icmp-input, ip4-lookup (echo replies); delivers. Drops: LocalFragment, IcmpTruncated, IcmpChecksum, UdpTruncated,
/// UdpLength, UdpChecksum, LocalIgnored, LocalPortClosed, LocalProtocolUnsupported.
/// </para>
/// </summary>
public sealed class IPv4Local() : Stage(
    StageNames.IPv4Local,
    StageNames.IpipDecap,
    StageNames.VxlanDecap,
    StageNames.TunnelIcmpInput,
    StageNames.IPv4Lookup)
{
    private const int ToIpipDecap = 0;
    private const int ToVxlanDecap = 1;
    private const int ToTunnelIcmpInput = 2;
    private const int ToIPv4Lookup = 3;
    private const byte ReplyTtl = 64;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var tables = context.Tables;
        for (var i = 0; i < vector.Count; i++)
            vector.Verdicts[i] = Input(vector[i], tables, context);
    }

    /// <summary>True for a packet that came in by an uplink as it is, out of no tunnel: only such a one may be a tunnel packet, or the host's.</summary>
    internal static bool CameOnTheUplink(Frame frame, ForwardingTables tables, [NotNullWhen(true)] out PortEntry? uplink)
    {
        ref readonly var metadata = ref frame.Metadata;
        uplink = (metadata.Flags & (FrameFlags.Decapsulated | FrameFlags.LocallyGenerated)) == 0
            && (uint)metadata.RxPort < (uint)tables.Ports.Length
            && tables.Ports[metadata.RxPort] is { Role: PortRole.Uplink } port ? port : null;
        return uplink is not null;
    }

    /// <summary>True for a packet to the router's own address that the host's kernel takes, not the router: it is no tunnel packet, nor an error about one.</summary>
    internal static bool IsForHost(Frame frame, IPv4Header header, ForwardingTables tables) =>
        CameOnTheUplink(frame, tables, out var uplink) && uplink.HasHostStack && TunnelEdge(header, tables) is not (ToIpipDecap or ToVxlanDecap);

    private static Verdict Input(Frame frame, ForwardingTables tables, StageContext context)
    {
        var header = IPv4Header.At(frame.Bytes);
        if (CameOnTheUplink(frame, tables, out var uplink))
        {
            var edge = TunnelEdge(header, tables);
            if (edge >= 0)
                return Verdict.To(edge);
            if (uplink.HasHostStack)
                return Verdict.Deliver;
        }

        if (header.IsFragment)
            return Verdict.Drop(DropReason.LocalFragment);
        return header.Protocol switch
        {
            IpProtocol.Icmp => Icmp(frame, header, context),
            IpProtocol.Udp => Verdict.Drop(Udp(header)),
            IpProtocol.Tcp => Verdict.Drop(DropReason.LocalPortClosed),
            _ => Verdict.Drop(DropReason.LocalProtocolUnsupported),
        };
    }

    // The stage that may know the packet by its tunnel, or -1.
    private static int TunnelEdge(IPv4Header header, ForwardingTables tables)
    {
        switch (header.Protocol)
        {
            case IpProtocol.IPv4:
                return ToIpipDecap;
            case IpProtocol.Udp when tables.Vxlan is { } vtep && !header.IsLaterFragment && header.Payload.Length >= UdpHeader.Size:
                return UdpHeader.At(header.Payload).DestinationPort == vtep.L4Port ? ToVxlanDecap : -1;
            case IpProtocol.Icmp when !header.IsFragment && header.Payload.Length > 0:
                return IcmpType.IsError(header.Payload[0]) ? ToTunnelIcmpInput : -1;
            default:
                return -1;
        }
    }

    private static Verdict Icmp(Frame frame, IPv4Header header, StageContext context)
    {
        var reason = IcmpHeader.Parse(header.Payload, out var icmp);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);
        // RFC 1122 §3.2.2.6: an echo request by link broadcast may be ignored; whoever sends one wants an amplifier.
        if (icmp.Type != IcmpType.EchoRequest || (frame.Metadata.Flags & FrameFlags.LinkBroadcast) != 0)
            return Verdict.Drop(DropReason.LocalIgnored);
        Reply(frame, header, context);
        return Verdict.To(ToIPv4Lookup);
    }

    // RFC 1122 §4.1.3.4: a datagram with a false checksum is discarded silently.
    private static DropReason Udp(IPv4Header header)
    {
        var reason = UdpHeader.Parse(header.Payload, out var udp);
        return reason != DropReason.None ? reason
            : udp.HasTrueChecksum(header.Source, header.Destination) ? DropReason.LocalPortClosed : DropReason.UdpChecksum;
    }

    // RFC 1122 §3.2.2.6: the source is the address that was asked, the data the same; records of the route and of times go on, other options are not sent back. DF and
    // identification stay: the sender chose them so that they go together (RFC 6864).
    private static void Reply(Frame frame, IPv4Header request, StageContext context)
    {
        var (source, destination) = (request.Destination, request.Source);
        Span<byte> options = stackalloc byte[request.Options.Length];
        options = options[..OptionRecord.Answer(request.Options, options, source, context.OptionTime, context.Tables.LocalAddresses)];
        var (tos, identification, dontFragment) = (request.TosEcn, request.Identification, request.DontFragment);
        frame.Truncate(request.TotalLength);
        frame.TrimFront(request.HeaderLength - IPv4Header.MinimumSize - options.Length);
        var packet = frame.Bytes;
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Icmp, source, destination, ReplyTtl, tos, identification, dontFragment).SetOptions(options);
        var icmp = IcmpHeader.At(packet[(IPv4Header.MinimumSize + options.Length)..]);
        icmp.Type = IcmpType.EchoReply;
        icmp.UpdateChecksum();

        ref var metadata = ref frame.Metadata;
        metadata.Flags = (metadata.Flags & FrameFlags.Originated) | FrameFlags.Answer | FrameFlags.LocallyGenerated;
        metadata.FlowHash = 0;
        metadata.TunnelDepth = 0;
    }
}
