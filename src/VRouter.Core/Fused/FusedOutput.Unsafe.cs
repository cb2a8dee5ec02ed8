using System.Runtime.CompilerServices;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// The fused path's second half: what ip4-lookup does after its lookup, ip4-forward, ipip-encap, vxlan-encap and ethernet-rewrite, on one frame at a time. Nothing
/// of a frame is touched before it is sure to leave.
/// </summary>
/// <remarks>Writes headers by whole words into headroom checked before: EngineBenchmarks shows what that buys.</remarks>
internal sealed unsafe class FusedOutput(NeighborTable neighbors, OuterIdentification ipip, OuterIdentification vxlan)
{
    private const int SecondWord = 8;
    private const int ThirdWord = 16;
    private const int SourceAndTypeStart = MacAddress.Size;
    private const int UdpStart = IPv4Header.MinimumSize;
    private const int VxlanStart = UdpStart + UdpHeader.Size;
    private const int InnerEthernetStart = VxlanStart + VxlanHeader.Size;

    // Where each adjacency's neighbor was last found.
    private int[] neighborHints = [];

    /// <summary>Decides on each frame: <see cref="Verdict.Transmit"/>, finished, or untouched for the graph.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="packets">What the input found.</param>
    /// <param name="destinations">The address of each packet.</param>
    /// <param name="indices">The adjacency of each packet.</param>
    /// <param name="verdicts">The decisions.</param>
    /// <param name="context">Tables and time.</param>
    public void Forward(
        ReadOnlySpan<Frame> frames,
        ReadOnlySpan<FusedPacket> packets,
        ReadOnlySpan<uint> destinations,
        ReadOnlySpan<int> indices,
        Span<Verdict> verdicts,
        StageContext context)
    {
        var tables = context.Tables.Fused;
        if (neighborHints.Length < tables.Adjacencies.Length)
            neighborHints = new int[tables.Adjacencies.Length];
        packets = packets[..frames.Length];
        destinations = destinations[..frames.Length];
        indices = indices[..frames.Length];
        verdicts = verdicts[..frames.Length];
        // A bit for each flow of this vector that the graph gets packets of; flows may share one.
        ulong flowsLeft = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            if (packets[i].State >= FusedState.Left)
            {
                // No packet may overtake one of its flow that was left to the graph; flows are told apart by their destinations, roughly.
                var flow = 1UL << (int)((destinations[i] * 0x9e37_79b1) >> 26);
                if (packets[i].State >= FusedState.Ready && (flowsLeft & flow) == 0 && TryForward(frames[i].Slot, packets[i], destinations[i], indices[i], tables, context.Now))
                {
                    verdicts[i] = Verdict.Transmit;
                    continue;
                }

                flowsLeft |= flow;
            }
            else if (packets[i].State == FusedState.Unknown)
            {
                flowsLeft = ulong.MaxValue;
            }

            verdicts[i] = FusedForward.ToGraph;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryForward(byte* slot, FusedPacket found, uint destination, int index, FusedTables tables, long now)
    {
        ref var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
        var header = slot + found.Start;
        var packet = new IPv4Words(header);
        // The FIB is updated in place: a route may be a moment ahead of the adjacencies of this pass.
        if ((uint)index >= (uint)tables.Adjacencies.Length)
            return false;
        ref readonly var adjacency = ref tables.Adjacencies[index];
        if (adjacency.Action == FusedAction.Multipath)
        {
            index = Choose(header, index, tables);
            if ((uint)index >= (uint)tables.Adjacencies.Length)
                return false;
            adjacency = ref tables.Adjacencies[index];
        }

        if (adjacency.Action < FusedAction.Plain || packet.Ttl <= 1 || metadata.TraceId != 0)
            return false;
        if (adjacency.LeavesByUplink && found.State == FusedState.Ready && tables.Ports[metadata.RxPort].HasHostStack)
            return false;
        var length = packet.TotalLength;
        if (length > adjacency.Mtu)
            return false;
        if (adjacency.PathMtu is { } path && length > path.Get(now) - adjacency.Overhead)
            return false;
        if (found.Start < Frame.MetadataSize + EthernetHeader.Size + Tunnel.VxlanOverhead)
            return false;
        var nextHop = adjacency.NextHop;
        if (adjacency.IsConnected)
        {
            if (destination == adjacency.SubnetBroadcast || destination == adjacency.SubnetNetwork)
                return false;
            nextHop = new IPv4Address(destination);
        }

        var mac = adjacency.Mac;
        if (!adjacency.HasMac)
        {
            if (!neighbors.TryUseAt(ref neighborHints[index], adjacency.Port, nextHop, now, out var bits))
                return false;
            mac = WireOrder.Mac(bits);
        }

        // Nothing stops the frame from here on.
        if (found.Ecn != FusedPacket.KeepEcn)
        {
            ChangeEcn(header, found.Ecn);
            packet = new IPv4Words(header);
        }

        Unsafe.WriteUnaligned(header + SecondWord, packet.TtlWordDecremented);
        if (adjacency.Action == FusedAction.Ipip)
        {
            header -= Tunnel.IpipOverhead;
            length += Tunnel.IpipOverhead;
            WriteOuterHeader(header, adjacency.Encapsulation, length, packet.TosEcn, ipip.Take(), packet.DontFragmentWord);
        }
        else if (adjacency.Action == FusedAction.Vxlan)
        {
            var sourcePort = (ushort)(VxlanEncap.FirstSourcePort + (HashOf(header, packet, tables) >> 18));
            header -= Tunnel.VxlanOverhead;
            length += Tunnel.VxlanOverhead;
            WriteVxlan(header, adjacency.Encapsulation, length, sourcePort);
            WriteOuterHeader(header, adjacency.Encapsulation, length, TunnelEcn.Encapsulate(packet.TosEcn), vxlan.Take(), packet.DontFragmentWord);
        }

        WriteEthernet(header - EthernetHeader.Size, mac, adjacency.SourceAndType);
        metadata.Offset = (int)(header - slot) - EthernetHeader.Size;
        metadata.Length = length + EthernetHeader.Size;
        metadata.TxPort = adjacency.Port;
        return true;
    }

    private static int Choose(byte* header, int index, FusedTables tables)
    {
        var packet = new IPv4Words(header);
        var members = tables.Source.Adjacencies[index].Members;
        return members.Count == 0 ? IFib.NoRoute : members[(int)(((ulong)HashOf(header, packet, tables) * (uint)members.Count) >> 32)];
    }

    // As FlowHash.Compute.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HashOf(byte* header, in IPv4Words packet, FusedTables tables)
    {
        ulong ports = packet.Protocol;
        if (packet.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp && !packet.IsFragment
            && packet.TotalLength >= IPv4Header.MinimumSize + sizeof(uint))
            ports |= (ulong)WireOrder.UInt32(Unsafe.ReadUnaligned<uint>(header + IPv4Header.MinimumSize)) << 32;
        return FlowHash.Mix(((ulong)packet.Source << 32) | packet.Destination, ports, tables.Source.NodeAddress.Value);
    }

    private static void ChangeEcn(byte* header, byte ecn)
    {
        var view = IPv4Header.At(new Span<byte>(header, IPv4Header.MinimumSize));
        view.EcnBits = ecn;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteOuterHeader(
        byte* header, in FusedEncapsulation encapsulation, int length, byte tosEcn, ushort identification, ulong dontFragment)
    {
        var first = 0x45UL | ((ulong)tosEcn << 8) | ((ulong)WireOrder.UInt16((ushort)length) << 16)
            | ((ulong)WireOrder.UInt16(identification) << 32) | dontFragment;
        var checksum = (ushort)~WireOrder.Fold(WireOrder.Add(first, encapsulation.Sum));
        Unsafe.WriteUnaligned(header, first);
        Unsafe.WriteUnaligned(header + SecondWord, encapsulation.TtlToSource | ((ulong)checksum << 16));
        Unsafe.WriteUnaligned(header + ThirdWord, encapsulation.Destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteVxlan(byte* header, in FusedEncapsulation encapsulation, int length, ushort sourcePort)
    {
        var udp = WireOrder.UInt16(sourcePort) | ((ulong)encapsulation.L4Port << 16) | ((ulong)WireOrder.UInt16((ushort)(length - UdpStart)) << 32);
        Unsafe.WriteUnaligned(header + UdpStart, udp);
        Unsafe.WriteUnaligned(header + VxlanStart, encapsulation.VxlanHeader);
        Unsafe.WriteUnaligned(header + InnerEthernetStart, encapsulation.InnerEthernet);
        Unsafe.WriteUnaligned(header + InnerEthernetStart + SourceAndTypeStart, encapsulation.InnerSourceAndType);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEthernet(byte* frame, ulong destination, ulong sourceAndType)
    {
        Unsafe.WriteUnaligned(frame, destination | (sourceAndType << 48));
        Unsafe.WriteUnaligned(frame + SourceAndTypeStart, sourceAndType);
    }
}
