using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int SourceStart = 12;
    private const int ThirdWord = 16;
    private const int SourceAndTypeStart = MacAddress.Size;
    private const int UdpStart = IPv4Header.MinimumSize;
    private const int VxlanStart = UdpStart + UdpHeader.Size;
    private const int InnerEthernetStart = VxlanStart + VxlanHeader.Size;

    /// <summary>Where the packet's header must stand in the slot, at least, for any encapsulation to fit in front.</summary>
    public const int LeastStart = Frame.MetadataSize + EthernetHeader.Size + Tunnel.VxlanOverhead;

    // Where each adjacency's neighbor was last found.
    private int[] neighborHints = [];

    // By adjacency; all are forgotten when a neighbor changes.
    private FusedHop[] hops = [];
    private long neighborVersion;

    /// <summary>Decides on each frame: where it leaves, finished, or that it is left to the graph, untouched.</summary>
    /// <param name="batch">The frames, after the lookup; their ports are written.</param>
    /// <param name="context">Tables and time.</param>
    public void Forward(FusedBatch batch, StageContext context)
    {
        var tables = context.Tables.Fused;
        var adjacencies = tables.Adjacencies;
        RefreshHops(adjacencies.Length);
        // A bit for each flow of this vector that the graph gets packets of; flows may share one.
        ulong flowsLeft = 0;
        for (var i = 0; i < batch.Count;)
        {
            if (flowsLeft == 0)
            {
                var action = ActionAt(adjacencies, batch.Indices[i]);
                var next = ForwardSimple(action, batch, i, adjacencies, tables);
                if (next > i)
                {
                    i = next;
                    if (i == batch.Count || ActionAt(adjacencies, batch.Indices[i]) != action)
                        continue;
                }
            }

            batch.TxPorts[i] = Forward(batch, i, ref flowsLeft, adjacencies, tables, context.Now);
            i++;
        }
    }

    private void RefreshHops(int adjacencies)
    {
        if (hops.Length < adjacencies)
        {
            neighborHints = new int[adjacencies];
            hops = GC.AllocateArray<FusedHop>(adjacencies, pinned: true);
        }
        else if (neighborVersion != neighbors.Version)
        {
            hops.AsSpan().Clear();
        }

        neighborVersion = neighbors.Version;
    }

    private static FusedAction ActionAt(FusedAdjacency[] adjacencies, int index) =>
        (uint)index < (uint)adjacencies.Length ? adjacencies[index].Action : FusedAction.None;

    private int ForwardSimple(FusedAction action, in FusedBatch batch, int i, FusedAdjacency[] adjacencies, FusedTables tables) => action switch
    {
        FusedAction.Plain => ForwardPlain(batch, i, adjacencies, tables),
        FusedAction.Ipip => ForwardIpip(batch, i, adjacencies, tables),
        FusedAction.Vxlan => ForwardVxlan(batch, i, adjacencies, tables),
        _ => i,
    };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int ForwardPlain(in FusedBatch batch, int i, FusedAdjacency[] adjacencies, FusedTables tables) =>
        ForwardSimpleBy(FusedAction.Plain, batch, i, adjacencies, tables);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int ForwardIpip(in FusedBatch batch, int i, FusedAdjacency[] adjacencies, FusedTables tables) =>
        ForwardSimpleBy(FusedAction.Ipip, batch, i, adjacencies, tables);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int ForwardVxlan(in FusedBatch batch, int i, FusedAdjacency[] adjacencies, FusedTables tables) =>
        ForwardSimpleBy(FusedAction.Vxlan, batch, i, adjacencies, tables);

    // Forwards simple packets until one is something else, or has another action. A loop for each action, without calls, so that it keeps to the registers; optimised at
    // once, as the input.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ForwardSimpleBy(FusedAction action, in FusedBatch batch, int i, FusedAdjacency[] adjacencies, FusedTables tables)
    {
        var frames = batch.Frames;
        var packets = batch.Packets;
        var indices = batch.Indices;
        var ports = batch.TxPorts;
        var count = batch.Count;
        ref readonly var firstAdjacency = ref MemoryMarshal.GetArrayDataReference(adjacencies);
        var known = (uint)adjacencies.Length;
        var hop = (FusedHop*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(hops));
        for (; i < count; i++)
        {
            var index = (uint)indices[i];
            if (index >= known)
                break;
            ref readonly var adjacency = ref Unsafe.Add(ref Unsafe.AsRef(in firstAdjacency), index);
            var found = packets[i];
            if (adjacency.Serial != hop[index].Serial || adjacency.Action != action || (found.Marks & adjacency.MarksAsked) != FusedPacket.Simple)
                break;
            var slot = frames[i].Slot;
            var header = slot + found.Start;
            var length = found.Length;
            var ttlWord = (ulong)Unsafe.ReadUnaligned<uint>(header + SecondWord);
            // One less in the TTL and one more in the checksum. A carry out of it, or a sum that would be written as 0, is for the others.
            var decremented = ttlWord + 0xffff;
            if ((byte)ttlWord <= 1 || decremented >= 0xffff_0000 || length > adjacency.Mtu)
                break;
            if (action != FusedAction.Plain && adjacency.PathMtu is { WasLowered: true })
                break;
            // From the tunnel's far end.
            if (action == FusedAction.Ipip && Unsafe.ReadUnaligned<uint>(header + SourceStart) == adjacency.Encapsulation.Destination)
                break;

            Unsafe.WriteUnaligned(header + SecondWord, (uint)decremented);
            if (action == FusedAction.Ipip)
            {
                var first = Unsafe.ReadUnaligned<ulong>(header);
                header -= Tunnel.IpipOverhead;
                length += Tunnel.IpipOverhead;
                WriteOuterHeader(header, adjacency.Encapsulation, length, IPv4Words.TosEcnOf(first), ipip.Take(), IPv4Words.DontFragmentWordOf(first));
            }
            else if (action == FusedAction.Vxlan)
            {
                var packet = new IPv4Words(header);
                var sourcePort = (ushort)(VxlanEncap.FirstSourcePort + (HashOf(header, packet, tables) >> 18));
                header -= Tunnel.VxlanOverhead;
                length += Tunnel.VxlanOverhead;
                WriteVxlan(header, adjacency.Encapsulation, length, sourcePort);
                WriteOuterHeader(header, adjacency.Encapsulation, length, TunnelEcn.Encapsulate(packet.TosEcn), vxlan.Take(), packet.DontFragmentWord);
            }

            Unsafe.WriteUnaligned(header - EthernetHeader.Size, hop[index].Ethernet);
            Unsafe.WriteUnaligned(header - EthernetHeader.Size + SourceAndTypeStart, adjacency.SourceAndType);
            ref var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
            metadata.Offset = (int)(header - slot) - EthernetHeader.Size;
            metadata.Length = length + EthernetHeader.Size;
            metadata.TxPort = adjacency.Port;
            ports[i] = adjacency.Port;
        }

        return i;
    }

    // Any frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private short Forward(in FusedBatch batch, int i, ref ulong flowsLeft, FusedAdjacency[] adjacencies, FusedTables tables, long now)
    {
        var packet = batch.Packets[i];
        if (packet.State >= FusedState.Left)
        {
            // No packet may overtake one of its flow that was left to the graph; flows are told apart by their destinations, roughly.
            var flow = 1UL << (int)((batch.Destinations[i] * 0x9e37_79b1) >> 26);
            if (packet.State >= FusedState.Ready && (flowsLeft & flow) == 0
                && TryForward(batch.Frames[i].Slot, packet, batch.Destinations[i], batch.Indices[i], adjacencies, tables, now))
                return batch.Frames[i].Metadata.TxPort;
            flowsLeft |= flow;
        }
        else if (packet.State == FusedState.Unknown)
        {
            flowsLeft = ulong.MaxValue;
        }

        return FusedForward.ToGraph;
    }

    private bool TryForward(byte* slot, FusedPacket found, uint destination, int index, FusedAdjacency[] adjacencies, FusedTables tables, long now)
    {
        ref var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
        var header = slot + found.Start;
        var packet = new IPv4Words(header);
        if ((uint)index >= (uint)adjacencies.Length)
            return false;
        ref readonly var adjacency = ref adjacencies[index];
        if (adjacency.Action == FusedAction.Multipath)
        {
            index = Choose(header, index, tables);
            if ((uint)index >= (uint)adjacencies.Length)
                return false;
            adjacency = ref adjacencies[index];
        }

        if (adjacency.Action < FusedAction.Plain || packet.Ttl <= 1 || metadata.TraceId != 0)
            return false;
        if (adjacency.LeavesByUplink && found.State == FusedState.Ready && tables.Ports[metadata.RxPort].HasHostStack)
            return false;
        if (adjacency.Action == FusedAction.Ipip && Unsafe.ReadUnaligned<uint>(header + SourceStart) == adjacency.Encapsulation.Destination)
            return false;
        var length = packet.TotalLength;
        if (length > adjacency.Mtu)
            return false;
        if (adjacency.PathMtu is { } path && length > path.GetOrForget(now) - adjacency.Overhead)
            return false;
        if (found.Start < LeastStart)
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

        if (!adjacency.IsConnected)
            hops[index] = new FusedHop { Serial = adjacency.Serial, Ethernet = mac | (adjacency.SourceAndType << 48) };

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
