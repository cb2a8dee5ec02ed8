using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: decrements the TTL, once per router (RFC 1812 §5.3.1), unless the packet starts here; compares the length with the path's MTU (RFC 1191 §4).
/// Needs: a valid packet; <c>Adjacency</c> of a kind that leads out of a port. Sets: <c>TxPort</c>, <c>NextHop</c>; <c>IcmpMtu</c> for a packet too long.
/// Next: ethernet-rewrite, ipip-encap, vxlan-encap; ip4-fragment for a packet that is too long and may be cut.
/// Drops: TtlExpired, FragmentationNeeded, PortUnavailable, IPv4Broadcast (to a subnet's broadcast address, RFC 2644).
/// </summary>
public sealed class IPv4Forward() : Stage(StageNames.IPv4Forward, [.. ForwardEdge.Names, StageNames.IPv4Fragment])
{
    private static readonly Verdict ToFragment = Verdict.To(ForwardEdge.Names.Length);

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = Forward(frames[i], context);
    }

    private static Verdict Forward(Frame frame, StageContext context)
    {
        var tables = context.Tables;
        ref var metadata = ref frame.Metadata;
        var adjacency = tables.Adjacencies[metadata.Adjacency];
        var header = IPv4Header.At(frame.Bytes);
        var startsHere = (metadata.Flags & FrameFlags.LocallyGenerated) != 0;
        if (!startsHere && header.Ttl <= 1)
            return Verdict.Drop(DropReason.TtlExpired);
        if ((uint)adjacency.Port >= (uint)tables.Ports.Length || tables.Ports[adjacency.Port] is not { } port)
            return Verdict.Drop(DropReason.PortUnavailable);
        if (adjacency.Kind == AdjacencyKind.Connected && IsSubnetBroadcast(port.Subnet, header.Destination))
            return Verdict.Drop(DropReason.IPv4Broadcast);

        var mtu = adjacency.EffectiveMtu(context.Now);
        var fits = header.TotalLength <= mtu;
        if (!fits && header.DontFragment)
        {
            metadata.IcmpMtu = (ushort)mtu;
            return Verdict.Drop(DropReason.FragmentationNeeded);
        }

        if (!startsHere)
            header.DecrementTtl();
        metadata.TxPort = (short)adjacency.Port;
        metadata.NextHop = adjacency.Kind == AdjacencyKind.Connected ? header.Destination.Value : adjacency.NextHop.Value;
        return fits ? ForwardEdge.Of(adjacency.Kind) : ToFragment;
    }

    private static bool IsSubnetBroadcast(IPv4Prefix subnet, IPv4Address destination) =>
        subnet.Length is > 0 and < 31 && (destination == subnet.Last || destination == subnet.Network);
}
