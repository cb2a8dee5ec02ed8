using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: takes the outer headers off a VXLAN packet of a known node (RFC 7348 §4.1, §5) and carries the ECN codepoint over (RFC 6040 §4.2). A UDP checksum is
/// verified unless it is 0, or the packet is a super-frame, whose checksums are not made yet; reserved bits are ignored, or refused in the strict profile, as Linux does.
/// Needs: a valid UDP packet, addressed to the router's VXLAN port. Sets: <c>FrameFlags.Decapsulated</c>, <c>TunnelDepth</c>; clears <c>FlowHash</c>.
/// Next: ip4-input, which validates the inner packet; ip4-segment for a super-frame that holds many VXLAN packets. Drops: TunnelDisabled, TunnelPeerUnknown, TunnelFragment, UdpTruncated, UdpLength, UdpChecksum,
/// VxlanTruncated, VxlanNoVni, VxlanReservedBits, VxlanVniUnknown, EthernetTruncated, EthernetLengthField, VlanTagged, VxlanInnerSourceInvalid,
/// VxlanInnerUnsupported, VxlanInnerMacNotOurs, TunnelNesting, TunnelEcn, IPv4Truncated and IPv4Version of the inner packet.
/// </summary>
public sealed class VxlanDecap() : Stage(StageNames.VxlanDecap, StageNames.IPv4Input, StageNames.IPv4Segment)
{
    private const int ToSegment = 1;
    private const int Overhead = UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (SuperFrames.Is(frames[i]) && SuperFrames.IsOutermost(frames[i], network: 0))
            {
                verdicts[i] = Verdict.To(ToSegment);
                continue;
            }

            var reason = Decapsulate(frames[i], context.Tables);
            verdicts[i] = reason == DropReason.None ? Verdict.To(0) : Verdict.Drop(reason);
        }
    }

    private static DropReason Decapsulate(Frame frame, ForwardingTables tables)
    {
        if (tables.Vxlan is not { } vtep)
            return DropReason.TunnelDisabled;
        var outer = IPv4Header.At(frame.Bytes);
        if (!tables.VxlanPeers.Contains(outer.Source))
            return DropReason.TunnelPeerUnknown;
        if (outer.IsFragment)
            return DropReason.TunnelFragment;
        var reason = UdpHeader.Parse(outer.Payload, out var udp);
        if (reason != DropReason.None)
            return reason;
        if (!SuperFrames.Is(frame) && !udp.HasTrueChecksum(outer.Source, outer.Destination))
            return DropReason.UdpChecksum;
        reason = CheckVxlan(udp.Payload, vtep);
        if (reason != DropReason.None)
            return reason;
        var (headerLength, ecn) = (outer.HeaderLength, outer.EcnBits);
        frame.Truncate(headerLength + udp.Length);
        return InnerPacket.TakeOut(frame, headerLength + Overhead, ecn);
    }

    private static DropReason CheckVxlan(Span<byte> bytes, VxlanSettings vtep)
    {
        var reason = VxlanHeader.Parse(bytes, out var vxlan);
        if (reason != DropReason.None)
            return reason;
        if (!vxlan.HasVni)
            return DropReason.VxlanNoVni;
        if (vtep.Strict && !vxlan.ReservedAreZero)
            return DropReason.VxlanReservedBits;
        if (vxlan.Vni != vtep.Vni)
            return DropReason.VxlanVniUnknown;
        reason = EthernetHeader.Parse(vxlan.Payload, out var ethernet);
        return reason == DropReason.None ? CheckInnerEthernet(ethernet, vtep) : reason;
    }

    private static DropReason CheckInnerEthernet(EthernetHeader ethernet, VxlanSettings vtep)
    {
        var source = ethernet.Source;
        if (source == vtep.Mac || source.IsMulticast || source.IsZero)
            return DropReason.VxlanInnerSourceInvalid;
        if (ethernet.Type is EtherType.Vlan or EtherType.QinQ)
            return DropReason.VlanTagged;
        if (ethernet.Type != EtherType.IPv4)
            return DropReason.VxlanInnerUnsupported;
        return ethernet.Destination == vtep.Mac ? DropReason.None : DropReason.VxlanInnerMacNotOurs;
    }
}
