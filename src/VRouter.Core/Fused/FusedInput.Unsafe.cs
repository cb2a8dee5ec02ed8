using System.Runtime.CompilerServices;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// The fused path's first half: every check of ethernet-input, ip4-input, ip4-local, ipip-decap and vxlan-decap, on a frame that it only reads. A frame that
/// fails one is left to those stages, which find the reason.
/// </summary>
/// <remarks>Reads headers by whole words, within the lengths checked before: EngineBenchmarks shows what that buys.</remarks>
internal static unsafe class FusedInput
{
    // After how many valid frames in turn it is tried again whether the next ones are simple.
    private const int SimpleAgain = 4;
    private const int IPv4Start = EthernetHeader.Size;
    private const int VxlanStart = IPv4Header.MinimumSize + UdpHeader.Size;
    private const int InnerEthernetStart = VxlanStart + VxlanHeader.Size;
    public const int VxlanInnerStart = InnerEthernetStart + EthernetHeader.Size;
    private const ulong MacBits = 0xffff_ffff_ffff;
    private const ulong GroupBit = 1;

    /// <summary>Looks at frames of one port.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="i">The first to look at.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="rxPort">The port, which is written to the frames.</param>
    /// <param name="tables">The tables of the pass.</param>
    /// <param name="packets">What was found.</param>
    /// <param name="destinations">The address to look up for each frame, host byte order; any where there is none.</param>
    public static void Parse(Frame* frames, int i, int end, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations)
    {
        var local = new LocalDestination(tables.Source);
        ref readonly var none = ref Unsafe.NullRef<FusedPort>();
        ref readonly var port = ref (uint)rxPort < (uint)tables.Ports.Length ? ref tables.Ports[rxPort] : ref none;
        while (i < end)
        {
            if (!Unsafe.IsNullRef(in port))
            {
                var first = i;
                i = FusedSimpleInput.Parse(frames, i, end, port, rxPort, tables, packets, destinations);
                if (local.Own != 0)
                    i = FusedTunnelInput.Parse(frames, i, end, port, rxPort, local.Own, tables, packets, destinations);
                if (i > first)
                    continue;
            }

            for (var valid = 0; i < end && valid < SimpleAgain; i++)
            {
                var slot = frames[i].Slot;
                FusedSimpleInput.Prefetch(frames, i);
                Unsafe.AsRef<FrameMetadata>(slot).RxPort = rxPort;
                packets[i] = Parse(slot, tables, ref local, out destinations[i]);
                valid = packets[i].State >= FusedState.Ready ? valid + 1 : 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FusedPacket Parse(byte* slot, FusedTables tables, ref LocalDestination local, out uint destination)
    {
        destination = 0;
        ref readonly var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
        if ((uint)metadata.RxPort >= (uint)tables.Ports.Length)
            return Leave(FusedState.Ends);
        ref readonly var port = ref tables.Ports[metadata.RxPort];
        if (port.Entry is null || metadata.Length < IPv4Start + IPv4Header.MinimumSize)
            return Leave(FusedState.Ends);
        if (metadata.Flags != FrameFlags.None || metadata.TunnelDepth != 0)
            return LeaveMarked(slot, port, out destination);

        var frame = slot + metadata.Offset;
        var header = frame + IPv4Start;
        var packet = new IPv4Words(header);
        var available = metadata.Length - IPv4Start;
        if (!IsEthernetTo(frame, port.Mac))
            return IsGroupAddressed(frame) ? LeaveFlow(header, port, out destination) : Leave(FusedState.Ends);
        if (!packet.IsVersionFourWithoutOptions)
            return LeaveFlow(header, port, out destination);
        if (!IsValid(packet, available) || !MaySend(packet.Source, port, tables))
            return Leave(FusedState.Ends);
        destination = packet.Destination;
        if (port.IsWorkload)
        {
            if (packet.Source != port.OwnAddress && !IPv4Input.OwnsSource(port.Entry, new IPv4Address(packet.Source)))
                return Leave(FusedState.Ends);
            if (packet.Protocol is IpProtocol.IPv4 or IpProtocol.Udp && Encapsulates(header, packet, port, tables))
                return Leave(FusedState.Ends);
        }
        else if (packet.Protocol is IpProtocol.IPv4 or IpProtocol.Udp && IsTunnel(header, packet, tables) && local.Is(destination))
        {
            return Decapsulate(slot, header, port, tables, out destination);
        }

        if (IsLinkLocal(packet.Source))
            return Leave(FusedState.Ends);
        return Valid((int)(header - slot), packet.TotalLength, FusedState.Ready, port.HasHostStack ? FusedPacket.SharedWithHost : 0, metadata.TraceId);
    }

    // Output asks no simple packet for its trace.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FusedPacket Valid(int start, int length, FusedState state, uint marks, uint traceId) =>
        new(start, length, FusedPacket.StateAndMarks(state, marks | (start >= FusedOutput.LeastStart && traceId == 0 ? FusedPacket.Simple : 0)));

    // A super-frame is left: what it costs by way of the graph is little for each of its segments.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FusedPacket LeaveMarked(byte* slot, in FusedPort port, out uint destination)
    {
        destination = 0;
        ref readonly var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
        var frame = slot + metadata.Offset;
        return metadata.Flags == FrameFlags.SuperFrame && metadata.TunnelDepth == 0 && IsEthernetTo(frame, port.Mac)
            ? LeaveFlow(frame + IPv4Start, port, out destination)
            : Leave(FusedState.Unknown);
    }

    private static FusedPacket Leave(FusedState state) => new(0, state, FusedPacket.KeepEcn);

    // What may be a tunnel packet may be forwarded to any address.
    private static FusedPacket LeaveFlow(byte* header, in FusedPort port, out uint destination)
    {
        var packet = new IPv4Words(header);
        destination = packet.Destination;
        return Leave(!port.IsWorkload && packet.Protocol is IpProtocol.IPv4 or IpProtocol.Udp ? FusedState.Unknown : FusedState.Left);
    }

    // IPv4 from a sender with an address of its own, to this address.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEthernetTo(byte* frame, ulong mac)
    {
        var first = Unsafe.ReadUnaligned<ulong>(frame);
        var last = Unsafe.ReadUnaligned<ulong>(frame + MacAddress.Size);
        return (first & MacBits) == mac && last >> 48 == WireOrder.UInt16(EtherType.IPv4) && (last & GroupBit) == 0 && (last & MacBits) != 0;
    }

    private static bool IsGroupAddressed(byte* frame)
    {
        var last = Unsafe.ReadUnaligned<ulong>(frame + MacAddress.Size);
        return (*frame & GroupBit) != 0 && last >> 48 == WireOrder.UInt16(EtherType.IPv4);
    }

    // RFC 1812 §5.2.2 and §5.3.7, as ip4-input.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsValid(in IPv4Words packet, int available)
    {
        var length = packet.TotalLength;
        if ((uint)(length - IPv4Header.MinimumSize) > (uint)(available - IPv4Header.MinimumSize) || !packet.HasTrueChecksum)
            return false;
        if (packet.IsLaterFragment && packet.FragmentOffset + length - IPv4Header.MinimumSize > IPv4Header.MaximumTotalLength)
            return false;
        return IsUnicast(packet.Destination) && !IsLinkLocal(packet.Destination);
    }

    // 169.254/16.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsLinkLocal(uint address) => address >> 16 == 0xa9fe;

    // Neither 0/8, nor 127/8, nor 224/3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsUnicast(uint address) => (address >> 24) - 1 < 0xe0 - 1 && address >> 24 != 127;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MaySend(uint source, in FusedPort port, FusedTables tables) =>
        source == port.OwnAddress ? IsUnicast(source)
            : IsUnicast(source) && source != port.SubnetBroadcast && !tables.LocalAddresses.Contains(new IPv4Address(source));

    // As ip4-input's check of a workload's packet of protocol 4 or 17.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Encapsulates(byte* header, in IPv4Words packet, in FusedPort port, FusedTables tables)
    {
        if (packet.Protocol == IpProtocol.IPv4)
            return !port.AllowIpip;
        if (port.AllowVxlan || packet.IsLaterFragment || packet.TotalLength < IPv4Header.MinimumSize + UdpHeader.Size)
            return false;
        var l4Port = L4Destination(header);
        foreach (var vxlan in tables.VxlanL4Ports)
        {
            if (vxlan == l4Port)
                return true;
        }

        return false;
    }

    // As ip4-local; or what may be a part of such a packet.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTunnel(byte* header, in IPv4Words packet, FusedTables tables) =>
        packet.Protocol == IpProtocol.IPv4
        || (tables.HasVtep && (packet.IsLaterFragment
            || (packet.TotalLength >= IPv4Header.MinimumSize + UdpHeader.Size && L4Destination(header) == tables.VtepL4Port)));

    // Not inlined, so that plain packets have the registers for themselves.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FusedPacket Decapsulate(byte* slot, byte* header, in FusedPort port, FusedTables tables, out uint destination)
    {
        destination = 0;
        var outer = new IPv4Words(header);
        var isIpip = outer.Protocol == IpProtocol.IPv4;
        var peers = isIpip ? tables.IpipPeers : tables.VxlanPeers;
        if (!peers.Contains(new IPv4Address(outer.Source)))
            return Leave(FusedState.Ends);
        // It may complete a packet of any flow.
        if (outer.IsFragment)
            return Leave(FusedState.Unknown);
        int start, available;
        if (isIpip)
        {
            start = IPv4Header.MinimumSize;
            available = outer.TotalLength - IPv4Header.MinimumSize;
        }
        else
        {
            start = VxlanInnerStart;
            available = VxlanPayload(header, outer, tables);
        }

        if (available < IPv4Header.MinimumSize)
            return Leave(FusedState.Ends);
        var inner = new IPv4Words(header + start);
        destination = inner.Destination;
        if (!inner.IsVersionFourWithoutOptions)
            return Leave(FusedState.Left);
        if (!IsValid(inner, available) || !MaySend(inner.Source, port, tables) || IsLinkLocal(inner.Source))
            return Leave(FusedState.Ends);
        var own = (byte)(inner.TosEcn & Ecn.Mask);
        var ecn = TunnelEcn.Decapsulate(own, outer.TosEcn);
        if (ecn == TunnelEcn.Drop)
            return Leave(FusedState.Ends);
        start += (int)(header - slot);
        return ecn == own
            ? Valid(start, inner.TotalLength, FusedState.Decapsulated, 0, Unsafe.AsRef<FrameMetadata>(slot).TraceId)
            : new FusedPacket(start, FusedState.Decapsulated, ecn);
    }

    // The length of what follows the inner Ethernet header, or a negative number where vxlan-decap would drop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int VxlanPayload(byte* header, in IPv4Words outer, FusedTables tables)
    {
        var length = WireOrder.UInt16(Unsafe.ReadUnaligned<ushort>(header + IPv4Header.MinimumSize + 4));
        if (length < VxlanInnerStart - IPv4Header.MinimumSize || length > outer.TotalLength - IPv4Header.MinimumSize
            || (Unsafe.ReadUnaligned<ulong>(header + VxlanStart) & tables.VxlanHeaderMask) != tables.VxlanHeader
            || !IsEthernetTo(header + InnerEthernetStart, tables.VtepMac)
            || (Unsafe.ReadUnaligned<ulong>(header + InnerEthernetStart + MacAddress.Size) & MacBits) == tables.VtepMac
            || !HasTrueUdpChecksum(header, outer, length))
            return -1;
        return length - (VxlanInnerStart - IPv4Header.MinimumSize);
    }

    // RFC 768: pseudo-header, header and data sum to minus zero, or the sender computed no checksum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasTrueUdpChecksum(byte* header, in IPv4Words outer, int length)
    {
        var udp = header + IPv4Header.MinimumSize;
        if (Unsafe.ReadUnaligned<ushort>(udp + 6) == 0)
            return true;
        var pseudo = (outer.Second >> 32) + outer.Third + WireOrder.UInt16(IpProtocol.Udp) + WireOrder.UInt16((ushort)length);
        return WireOrder.Fold(pseudo + WireOrder.Sum(udp, length)) == 0xffff;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort L4Destination(byte* header) => Unsafe.ReadUnaligned<ushort>(header + IPv4Header.MinimumSize + 2);

    // Whether an outer destination is the router's own: looked up once for all tunnel packets of a vector that share it.
    private ref struct LocalDestination(ForwardingTables tables)
    {
        private uint address;
        private bool isLocal;

        // The address in wire order, if it is the router's; else 0.
        public readonly uint Own => isLocal ? WireOrder.UInt32(address) : 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Is(uint destination)
        {
            if (destination != address)
                LookUp(destination);
            return isLocal;
        }

        private void LookUp(uint destination)
        {
            address = destination;
            var index = tables.Fib.Lookup(new IPv4Address(destination));
            isLocal = (uint)index < (uint)tables.Adjacencies.Length && tables.Adjacencies[index].Kind == AdjacencyKind.Local;
        }
    }
}
