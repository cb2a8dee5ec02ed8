using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Reassembly;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: puts datagrams to the router itself together that came in fragments (RFC 791 §3.2, RFC 1812 §4.2.2.7), within the bounds of
/// <see cref="ReassemblyOptions"/>: tunnel packets of known nodes, and what else the router, not the host, takes. The fragment that completes a datagram becomes the
/// datagram, in a large frame if need be; those before it are delivered. Whole packets pass.
/// </para>
/// <para>
/// On a shared uplink UDP fragments of a node that VXLAN is in use with may be the host's too: the first fragment tells, by its port; until it is there, the others wait.
/// </para>
/// <para>Needs: a valid packet, addressed to the router; <c>RxPort</c>. Sets: of a completed datagram <c>FlowHash</c> to 0.</para>
/// <para>
/// Next: ip4-local, also for fragments that are the host's or that nobody takes; holds. Ends: delivered, for fragments that are part of a datagram now. Drops:
/// FragmentLength, FragmentTiny, FragmentOverlap, FragmentEnd, FragmentDuplicate, FragmentsTooMany, FragmentsEvicted, FragmentEcn, IPv4FragmentOffset, NoBuffer;
/// ReassemblyTimeout and ReassemblyIncomplete by time, PortDown at the end of the engine.
/// </para>
/// </summary>
public sealed class IPv4Reassemble : Stage
{
    private static readonly Verdict ToLocal = Verdict.To(0);
    private readonly Reassembler tunnels;
    private readonly Reassembler others;

    /// <summary>Serves one worker.</summary>
    public IPv4Reassemble(ReassemblyOptions? options = null)
        : base(StageNames.IPv4Reassemble, StageNames.IPv4Local)
    {
        options ??= new ReassemblyOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Datagrams, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Frames, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PoolShare, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SenderShare, nameof(options));
        tunnels = new Reassembler(options, ToLocal);
        others = new Reassembler(options, ToLocal);
    }

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        tunnels.BeginVector();
        others.BeginVector();
        for (var i = 0; i < vector.Count; i++)
            vector.Verdicts[i] = Take(vector, i, context);
    }

    /// <inheritdoc/>
    public override void OnTimer(StageContext context)
    {
        tunnels.DropDue(context);
        others.DropDue(context);
    }

    /// <inheritdoc/>
    public override long NextTimer => Math.Min(tunnels.NextDue, others.NextDue);

    /// <inheritdoc/>
    public override void Flush(StageContext context)
    {
        tunnels.Flush(context);
        others.Flush(context);
    }

    private Verdict Take(FrameVector vector, int index, StageContext context)
    {
        var frame = vector[index];
        var header = IPv4Header.At(frame.Bytes);
        // Nobody sends a datagram to one node by link broadcast (RFC 1122 §3.3.6).
        if (!header.IsFragment || (frame.Metadata.Flags & FrameFlags.LinkBroadcast) != 0)
            return ToLocal;
        var tables = context.Tables;
        if (!IPv4Local.CameOnTheUplink(frame, tables, out var uplink))
            return others.Take(vector, index, context);
        switch (header.Protocol)
        {
            case IpProtocol.IPv4:
                return tables.IpipPeers.Contains(header.Source) ? tunnels.Take(vector, index, context) : ToLocal;
            case IpProtocol.Udp when tables.Vxlan is { } vtep && tables.VxlanPeers.Contains(header.Source):
                return uplink.HasHostStack
                    ? tunnels.TakeShared(IsOtherThanVxlan(header, vtep), ToLocal, vector, index, context)
                    : tunnels.Take(vector, index, context);
            default:
                return uplink.HasHostStack ? ToLocal : others.Take(vector, index, context);
        }
    }

    private static bool IsOtherThanVxlan(IPv4Header header, VxlanSettings vtep) =>
        !header.IsLaterFragment && (header.Payload.Length < UdpHeader.Size || UdpHeader.At(header.Payload).DestinationPort != vtep.L4Port);
}
