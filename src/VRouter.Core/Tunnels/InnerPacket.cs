using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>What both decapsulating stages do once they know where the inner packet begins.</summary>
internal static class InnerPacket
{
    /// <summary>The most tunnels that one packet may come out of: each one costs another pass over the graph.</summary>
    public const int MaximumDepth = 2;

    /// <summary>
    /// Takes the outer headers off and carries the outer ECN codepoint over. The inner packet is not validated; ip4-input does that.
    /// </summary>
    /// <param name="frame">A frame whose byte 0 is the outer header.</param>
    /// <param name="overhead">Bytes in front of the inner packet, within the frame.</param>
    /// <param name="outerEcn">The outer header's codepoint.</param>
    public static DropReason TakeOut(Frame frame, int overhead, byte outerEcn)
    {
        ref var metadata = ref frame.Metadata;
        if (metadata.TunnelDepth >= MaximumDepth)
            return DropReason.TunnelNesting;
        var inner = frame.Bytes[overhead..];
        if (inner.Length < IPv4Header.MinimumSize)
            return DropReason.IPv4Truncated;
        var header = IPv4Header.At(inner);
        if (header.Version != 4)
            return DropReason.IPv4Version;
        var ecn = TunnelEcn.Decapsulate(header.EcnBits, outerEcn);
        if (ecn == TunnelEcn.Drop)
            return DropReason.TunnelEcn;
        if (ecn != header.EcnBits)
            header.EcnBits = ecn;
        frame.TrimFront(overhead);
        // How the outer packet was sent on its link says nothing of the inner one.
        metadata.Flags = (metadata.Flags & ~FrameFlags.LinkBroadcast) | FrameFlags.Decapsulated;
        metadata.FlowHash = 0;
        metadata.TunnelDepth++;
        return DropReason.None;
    }
}
