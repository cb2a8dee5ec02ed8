using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: takes the outer header off an IPIP packet of a known node (RFC 2003 §3.2) and carries its ECN codepoint over (RFC 6040 §4.2).
/// Needs: a valid packet of protocol 4, addressed to the router. Sets: <c>FrameFlags.Decapsulated</c>, <c>TunnelDepth</c>; clears <c>FlowHash</c>.
/// Next: ip4-input, which validates the inner packet. Drops: TunnelDisabled, TunnelPeerUnknown, TunnelFragment, TunnelNesting, TunnelEcn,
/// IPv4Truncated and IPv4Version of the inner packet.
/// </summary>
public sealed class IpipDecap() : Stage(StageNames.IpipDecap, StageNames.IPv4Input)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var peers = context.Tables.IpipPeers;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var reason = Decapsulate(frames[i], peers);
            verdicts[i] = reason == DropReason.None ? Verdict.To(0) : Verdict.Drop(reason);
        }
    }

    private static DropReason Decapsulate(Frame frame, AddressSet peers)
    {
        var outer = IPv4Header.At(frame.Bytes);
        if (peers.Count == 0)
            return DropReason.TunnelDisabled;
        if (!peers.Contains(outer.Source))
            return DropReason.TunnelPeerUnknown;
        if (outer.IsFragment)
            return DropReason.TunnelFragment;
        return InnerPacket.TakeOut(frame, outer.HeaderLength, outer.EcnBits);
    }
}
