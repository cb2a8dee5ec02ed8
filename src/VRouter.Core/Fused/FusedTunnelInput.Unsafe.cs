using System.Runtime.CompilerServices;
using VRouter.Core.Frames;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// As <see cref="FusedSimpleInput"/>, for tunnel packets to the router's own address from a known node, around a simple packet whose ECN codepoint stays.
/// </summary>
/// <remarks>One loop for each kind of tunnel: EngineBenchmarks' IpipDecap and VxlanDecap show what that buys. Not optimised at once, unlike
/// those of simple frames: with the profile that the just-in-time compiler collects first, both take one to three nanoseconds less.</remarks>
internal static unsafe class FusedTunnelInput
{
    private const int IPv4Start = EthernetHeader.Size;

    /// <summary>Looks at frames of an uplink until one is no such packet.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="i">The first to look at.</param>
    /// <param name="count">The number of all frames.</param>
    /// <param name="port">The port that received them.</param>
    /// <param name="rxPort">Its index, which is written to the frames.</param>
    /// <param name="ownAddress">An address of the router that tunnels end at, wire order.</param>
    /// <param name="tables">The tables of the pass.</param>
    /// <param name="packets">What was found.</param>
    /// <param name="destinations">The inner address to look up for each frame, host byte order.</param>
    /// <returns>The frame that is no such packet, or <paramref name="count"/>.</returns>
    public static int Parse(
        Frame* frames, int i, int count, in FusedPort port, short rxPort, uint ownAddress, FusedTables tables, FusedPacket* packets, uint* destinations)
    {
        if (i < count && Unsafe.ReadUnaligned<byte>(frames[i].Slot + frames[i].Metadata.Offset + IPv4Start + 9) == IpProtocol.IPv4)
            return ParseIpip(frames, i, count, port, rxPort, ownAddress, tables, packets, destinations);
        return tables.HasVtep ? ParseVxlan(frames, i, count, port, rxPort, ownAddress, tables, packets, destinations) : i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ParseIpip(
        Frame* frames, int i, int count, in FusedPort port, short rxPort, uint ownAddress, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        ParseOf(vxlan: false, frames, i, count, port, rxPort, ownAddress, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ParseVxlan(
        Frame* frames, int i, int count, in FusedPort port, short rxPort, uint ownAddress, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        ParseOf(vxlan: true, frames, i, count, port, rxPort, ownAddress, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ParseOf(
        bool vxlan, Frame* frames, int i, int count, in FusedPort port, short rxPort, uint ownAddress, FusedTables tables, FusedPacket* packets, uint* destinations)
    {
        var (expected, mask) = (port.Headers, FusedPort.HeadersMask);
        var subnetBroadcast = port.SubnetBroadcast;
        var locals = tables.LocalAddresses;
        var peers = vxlan ? tables.VxlanPeers : tables.IpipPeers;
        var stateAndMarks = FusedPacket.StateAndMarks(FusedState.Decapsulated, FusedPacket.Simple);
        for (; i < count; i++)
        {
            FusedSimpleInput.Prefetch(frames, i);
            var slot = frames[i].Slot;
            ref var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
            var offset = metadata.Offset;
            var frame = slot + offset;
            if (!FusedSimpleInput.IsFit(metadata))
                break;
            metadata.RxPort = rxPort;
            var outer = new IPv4Words(frame + IPv4Start);
            if (!FusedSimpleInput.HasHeaders(frame, expected, mask) || !FusedSimpleInput.IsTrue(outer, metadata.Length - IPv4Start) || outer.IsFragment)
                break;
            var sender = outer.Source;
            if (outer.Third != ownAddress || outer.Protocol != (vxlan ? IpProtocol.Udp : IpProtocol.IPv4)
                || !FusedSimpleInput.IsForeign(sender, subnetBroadcast, locals) || !peers.Contains(new IPv4Address(sender)))
                break;
            int start, available;
            if (vxlan)
            {
                if (outer.TotalLength < IPv4Header.MinimumSize + UdpHeader.Size || FusedInput.L4Destination(frame + IPv4Start) != tables.VtepL4Port)
                    break;
                start = FusedInput.VxlanInnerStart;
                available = FusedInput.VxlanPayload(frame + IPv4Start, outer, tables);
            }
            else
            {
                start = IPv4Header.MinimumSize;
                available = outer.TotalLength - IPv4Header.MinimumSize;
            }

            if (available < IPv4Header.MinimumSize)
                break;
            var inner = new IPv4Words(frame + IPv4Start + start);
            if (!inner.IsVersionFourWithoutOptions || !FusedSimpleInput.IsTrue(inner, available) || FusedSimpleInput.IsToSpecial(inner)
                || !FusedSimpleInput.IsForeign(inner.Source, subnetBroadcast, locals))
                break;
            if (TunnelEcn.Decapsulate(inner.TosEcn, outer.TosEcn) != (inner.TosEcn & Ecn.Mask))
                break;
            packets[i] = new FusedPacket(offset + IPv4Start + start, inner.TotalLength, stateAndMarks);
            destinations[i] = inner.Destination;
        }

        return i;
    }
}
