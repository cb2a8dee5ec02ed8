using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: decrements the TTL, once per router (RFC 1812 §5.3.1), unless the packet starts here; compares the length, of a super-frame that of its longest
/// segment, with the path's MTU (RFC 1191 §4); writes address and time into options that ask for them (RFC 1812 §5.3.13), when nothing more stops the packet here.
/// Needs: a valid packet; <c>Adjacency</c> of a kind that leads out of a port. Sets: <c>TxPort</c>, <c>NextHop</c>; <c>IcmpMtu</c> for a packet too long.
/// Next: ethernet-rewrite, ipip-encap, vxlan-encap; ip4-fragment for a packet that is too long and may be cut; ip4-segment for a super-frame,
/// untouched, whose segments are too long and may be cut, or which its tunnel cannot carry.
/// Drops: LinkBroadcast (RFC 1812 §5.3.4), IPv4LinkLocalSource (RFC 3927 §7), TunnelLoop (RFC 2003 §3.2), TtlExpired, FragmentationNeeded, PortUnavailable, IPv4Broadcast (to a subnet's broadcast address, RFC 2644).
/// </summary>
public sealed class IPv4Forward() : Stage(StageNames.IPv4Forward, [.. ForwardEdge.Names, StageNames.IPv4Fragment, StageNames.IPv4Segment])
{
    private static readonly Verdict ToFragment = Verdict.To(ForwardEdge.Names.Length);
    private static readonly Verdict ToSegment = Verdict.To(ForwardEdge.Names.Length + 1);

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
        if ((metadata.Flags & FrameFlags.LinkBroadcast) != 0)
            return Verdict.Drop(DropReason.LinkBroadcast);
        if (header.Source.IsLinkLocal)
            return Verdict.Drop(DropReason.IPv4LinkLocalSource);
        if (adjacency is { Kind: AdjacencyKind.Ipip, Tunnel: { } entered } && header.Source == entered.Remote)
            return Verdict.Drop(DropReason.TunnelLoop);
        var startsHere = (metadata.Flags & FrameFlags.LocallyGenerated) != 0;
        if (!startsHere && header.Ttl <= 1)
            return Verdict.Drop(DropReason.TtlExpired);
        if ((uint)adjacency.Port >= (uint)tables.Ports.Length || tables.Ports[adjacency.Port] is not { } port)
            return Verdict.Drop(DropReason.PortUnavailable);
        if (adjacency.Kind == AdjacencyKind.Connected && IsSubnetBroadcast(port.Subnet, header.Destination))
            return Verdict.Drop(DropReason.IPv4Broadcast);

        var mtu = adjacency.EffectiveMtu(context.Now);
        var isSuperFrame = (metadata.Flags & FrameFlags.SuperFrame) != 0;
        var fits = (isSuperFrame ? SuperFrames.LongestOf(frame) : header.TotalLength) <= mtu;
        if (!fits && header.DontFragment)
        {
            metadata.IcmpMtu = (ushort)mtu;
            return Verdict.Drop(DropReason.FragmentationNeeded);
        }

        if (isSuperFrame && (!fits || (adjacency.Tunnel is { } tunnel && !CanCarry(tunnel, frame))))
            return ToSegment;
        if (!startsHere)
        {
            header.DecrementTtl();
            if (header.HeaderLength > IPv4Header.MinimumSize)
                OptionRecord.Write(header, AddressOf(port, tables), context.OptionTime, tables.LocalAddresses);
        }

        metadata.TxPort = (short)adjacency.Port;
        metadata.NextHop = adjacency.Kind == AdjacencyKind.Connected ? header.Destination.Value : adjacency.NextHop.Value;
        return fits ? ForwardEdge.Of(adjacency.Kind) : ToFragment;
    }

    // Workload ports have no address of their own but the gateway's, which all of them share: there the router goes by the node's, as in its errors.
    private static IPv4Address AddressOf(PortEntry port, ForwardingTables tables) => port.Role == PortRole.Uplink ? port.Address : tables.NodeAddress;

    // The outer packet is an IPv4 packet too, and a super-frame is cut behind one tunnel only. The segments' outer packets get identifications that count up from the
    // first, which others have too: that is good for packets with DF only, which are no one's fragments (RFC 6864 §4.1).
    private static bool CanCarry(Tunnel tunnel, Frame frame) =>
        IPv4Header.At(frame.Bytes).DontFragment && frame.Metadata.Length + tunnel.Overhead <= IPv4Header.MaximumTotalLength && SuperFrames.IsOutermost(frame, network: 0);

    /// <summary>True for the two addresses of a subnet that mean all its hosts (RFC 1812 §4.2.3.1): the last, and of old the first.</summary>
    internal static bool IsSubnetBroadcast(IPv4Prefix subnet, IPv4Address destination) =>
        subnet.Length is > 0 and < 31 && (destination == subnet.Last || destination == subnet.Network);
}
