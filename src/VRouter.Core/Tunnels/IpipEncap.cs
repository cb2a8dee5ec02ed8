using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>
/// Does: puts an IPv4 header in front of the packet (RFC 2003 §3.1): TTL 64, the inner DSCP and ECN (RFC 6040 §4.1), the inner DF, so that path MTU
/// discovery sees the tunnel's path, and an identification that counts up.
/// Needs: a packet that fits the tunnel; <c>Adjacency</c> of kind Ipip. Sets: <c>EncapsulationLength</c>.
/// Next: ethernet-rewrite. Drops: NoHeadroom.
/// </summary>
public sealed class IpipEncap : Stage
{
    /// <summary>The outer TTL.</summary>
    public const byte OuterTtl = 64;

    private readonly OuterIdentification identification;

    /// <summary>Counts by itself.</summary>
    /// <param name="firstIdentification">Where the outer identification begins; workers should differ in it.</param>
    public IpipEncap(ushort firstIdentification = 0)
        : this(new OuterIdentification(firstIdentification))
    {
    }

    /// <summary>Shares the count with the fused path.</summary>
    internal IpipEncap(OuterIdentification identification)
        : base(StageNames.IpipEncap, StageNames.EthernetRewrite) => this.identification = identification;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var adjacencies = context.Tables.Adjacencies;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var frame = frames[i];
            var tunnel = adjacencies[frame.Metadata.Adjacency].Tunnel!;
            if (frame.HeadroomLeft < Tunnel.IpipOverhead)
            {
                verdicts[i] = Verdict.Drop(DropReason.NoHeadroom);
                continue;
            }

            var inner = IPv4Header.At(frame.Bytes);
            var (tosEcn, dontFragment) = (inner.TosEcn, inner.DontFragment);
            var outer = frame.Prepend(Tunnel.IpipOverhead);
            IPv4Header.Write(
                outer,
                (ushort)outer.Length,
                IpProtocol.IPv4,
                tunnel.Local,
                tunnel.Remote,
                OuterTtl,
                (byte)((tosEcn & ~Ecn.Mask) | TunnelEcn.Encapsulate(tosEcn)),
                identification.Take(),
                dontFragment);
            frame.Metadata.EncapsulationLength += Tunnel.IpipOverhead;
            verdicts[i] = Verdict.To(0);
        }
    }
}
