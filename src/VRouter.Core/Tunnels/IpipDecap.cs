using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: takes the outer header off an IPIP packet of a known node (RFC 2003 §3) and carries its ECN codepoint over (RFC 6040 §4.2). Refuses what comes out with
/// TTL 0 for the router itself (RFC 2003 §3.1); ip4-forward refuses what would go on.
/// Needs: a valid packet of protocol 4, addressed to the router. Sets: <c>FrameFlags.Decapsulated</c>, <c>TunnelDepth</c>; clears <c>FlowHash</c>.
/// Next: ip4-input, which validates the inner packet. Drops: TunnelDisabled, TunnelPeerUnknown, TunnelFragment, TunnelNesting, TunnelEcn,
/// IPv4Truncated, IPv4Version and TtlExpired of the inner packet.
/// </summary>
public sealed class IpipDecap() : Stage(StageNames.IpipDecap, StageNames.IPv4Input)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var tables = context.Tables;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var reason = Decapsulate(frames[i], tables);
            verdicts[i] = reason == DropReason.None ? Verdict.To(0) : Verdict.Drop(reason);
        }
    }

    private static DropReason Decapsulate(Frame frame, ForwardingTables tables)
    {
        var peers = tables.IpipPeers;
        var outer = IPv4Header.At(frame.Bytes);
        if (peers.Count == 0)
            return DropReason.TunnelDisabled;
        if (!peers.Contains(outer.Source))
            return DropReason.TunnelPeerUnknown;
        if (outer.IsFragment)
            return DropReason.TunnelFragment;
        var reason = InnerPacket.TakeOut(frame, outer.HeaderLength, outer.EcnBits);
        return reason == DropReason.None && IsOursWithoutTtl(frame, tables.LocalAddresses) ? DropReason.TtlExpired : reason;
    }

    // RFC 2003 §3.1 asks of the decapsulator what no host may do with a plain packet (RFC 1122 §3.2.1.7). A damaged header is ip4-input's to refuse, silently.
    private static bool IsOursWithoutTtl(Frame frame, AddressSet ours)
    {
        var packet = frame.Bytes;
        var inner = IPv4Header.At(packet);
        return inner.Ttl == 0 && ours.Contains(inner.Destination) && IPv4Header.Parse(packet, out _) == DropReason.None;
    }
}
