using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: puts inner Ethernet, VXLAN, UDP and IPv4 headers in front of the packet (RFC 7348 §5): the inner MAC addresses are the two VTEPs', the UDP
/// source port comes from the inner flow's hash, so that the network spreads flows over its paths, and the UDP checksum is 0, "none", as the RFC
/// recommends. Outer TTL 64, DSCP 0 as Linux, the inner ECN (RFC 6040 §4.1), the inner DF, so that path MTU discovery sees the tunnel's path.
/// Needs: a packet that fits the tunnel; <c>Adjacency</c> of kind Vxlan. Sets: <c>EncapsulationLength</c>, <c>FlowHash</c>.
/// Next: ethernet-rewrite. Drops: NoHeadroom.
/// </summary>
public sealed class VxlanEncap : Stage
{
    /// <summary>The outer TTL.</summary>
    public const byte OuterTtl = 64;

    /// <summary>The lowest UDP source port; the range ends at 65535 (RFC 7348 §5, RFC 6335 §6).</summary>
    public const ushort FirstSourcePort = 49152;

    private const int UdpStart = IPv4Header.MinimumSize;
    private const int VxlanStart = UdpStart + UdpHeader.Size;
    private const int EthernetStart = VxlanStart + VxlanHeader.Size;

    private readonly OuterIdentification identification;

    /// <summary>Counts by itself.</summary>
    /// <param name="firstIdentification">Where the outer identification begins; workers should differ in it.</param>
    public VxlanEncap(ushort firstIdentification = 0)
        : this(new OuterIdentification(firstIdentification))
    {
    }

    /// <summary>Shares the count with the fused path.</summary>
    internal VxlanEncap(OuterIdentification identification)
        : base(StageNames.VxlanEncap, StageNames.EthernetRewrite) => this.identification = identification;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var frame = frames[i];
            if (frame.HeadroomLeft < Tunnel.VxlanOverhead)
            {
                verdicts[i] = Verdict.Drop(DropReason.NoHeadroom);
                continue;
            }

            var tunnel = context.Tables.Adjacencies[frame.Metadata.Adjacency].Tunnel!;
            var sourcePort = (ushort)(FirstSourcePort + (PacketFlowHash.Of(frame, context.Tables) >> 18));
            Encapsulate(frame, tunnel, sourcePort);
            verdicts[i] = Verdict.To(0);
        }
    }

    private void Encapsulate(Frame frame, Tunnel tunnel, ushort sourcePort)
    {
        var inner = IPv4Header.At(frame.Bytes);
        var (ecn, dontFragment) = (TunnelEcn.Encapsulate(inner.TosEcn), inner.DontFragment);
        var outer = frame.Prepend(Tunnel.VxlanOverhead);
        EthernetHeader.Write(outer[EthernetStart..], tunnel.RemoteMac, tunnel.LocalMac, EtherType.IPv4);
        VxlanHeader.Write(outer[VxlanStart..], tunnel.Vni);
        UdpHeader.Write(outer[UdpStart..], sourcePort, tunnel.L4Port, (ushort)(outer.Length - UdpStart));
        IPv4Header.Write(
            outer, (ushort)outer.Length, IpProtocol.Udp, tunnel.Local, tunnel.Remote, OuterTtl, ecn, identification.Take(), dontFragment);
        frame.Metadata.EncapsulationLength += Tunnel.VxlanOverhead;
    }
}
