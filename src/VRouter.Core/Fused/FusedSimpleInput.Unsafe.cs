using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// The same checks as <see cref="FusedInput"/>, for what most frames are: no fragment, no tunnel packet, from the workload's first address or an address that no check
/// needs to look at twice. A frame that fails one here says nothing yet: <see cref="FusedInput"/> looks at it again.
/// </summary>
/// <remarks>One loop for each role of a port, without calls, so that all that stays the same stays in registers: EngineBenchmarks' Plain shows what that buys.
/// Optimised at once, since a busy core keeps the just-in-time compiler's first code for seconds.</remarks>
internal static unsafe class FusedSimpleInput
{
    // How many frames ahead: about 40 ns.
    private const int PrefetchDistance = 4;
    private const int IPv4Start = EthernetHeader.Size;
    private const int MinimumL4Length = IPv4Header.MinimumSize + UdpHeader.Size;

    // The first bytes of addresses that ip4-input asks more about: 0, 127, 169 (169.254), and all from 224 on.
    private static ReadOnlySpan<byte> IsSpecial =>
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ];

    /// <summary>Looks at frames until one is not simple.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="i">The first to look at.</param>
    /// <param name="count">The number of all frames.</param>
    /// <param name="port">The port that received them.</param>
    /// <param name="rxPort">Its index, which is written to the frames.</param>
    /// <param name="tables">The tables of the pass.</param>
    /// <param name="packets">What was found.</param>
    /// <param name="destinations">The address to look up for each frame, host byte order.</param>
    /// <returns>The frame that is not simple, or <paramref name="count"/>.</returns>
    public static int Parse(Frame* frames, int i, int count, in FusedPort port, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        !port.TakesSimple ? i
            : port.IsWorkload ? ParseOfWorkload(frames, i, count, port, rxPort, tables, packets, destinations)
            : ParseOfUplink(frames, i, count, port, rxPort, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int ParseOfWorkload(Frame* frames, int i, int count, in FusedPort port, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        ParseOf(workload: true, frames, i, count, port, rxPort, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int ParseOfUplink(Frame* frames, int i, int count, in FusedPort port, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        ParseOf(workload: false, frames, i, count, port, rxPort, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ParseOf(
        bool workload, Frame* frames, int i, int count, in FusedPort port, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations)
    {
        var (expected, mask) = (port.Headers, FusedPort.HeadersMask);
        var ownSource = port.OwnSource;
        var (special, otherSpecial) = (port.SpecialL4Port, port.OtherSpecialL4Port);
        var subnetBroadcast = port.SubnetBroadcast;
        var locals = tables.LocalAddresses;
        var stateAndMarks = FusedPacket.StateAndMarks(FusedState.Ready, FusedPacket.Simple | (port.HasHostStack ? FusedPacket.SharedWithHost : 0));
        for (; i < count; i++)
        {
            Prefetch(frames, i);
            var slot = frames[i].Slot;
            ref var metadata = ref Unsafe.AsRef<FrameMetadata>(slot);
            var offset = metadata.Offset;
            var frame = slot + offset;
            if (!IsFit(metadata))
                break;
            metadata.RxPort = rxPort;
            var packet = new IPv4Words(frame + IPv4Start);
            if (!HasHeaders(frame, expected, mask) || !IsTrue(packet, metadata.Length - IPv4Start))
                break;
            if (workload ? packet.Second >> 32 != ownSource : !IsForeign(packet.Source, subnetBroadcast, locals))
                break;
            if (IsToSpecial(packet))
                break;
            var length = packet.TotalLength;
            var protocol = packet.Protocol;
            if (protocol == IpProtocol.Udp)
            {
                var l4Port = Unsafe.ReadUnaligned<ushort>(frame + IPv4Start + IPv4Header.MinimumSize + 2);
                if (length < MinimumL4Length || l4Port == special || l4Port == otherSpecial)
                    break;
            }
            else if (protocol == IpProtocol.IPv4)
            {
                break;
            }

            packets[i] = new FusedPacket(offset + IPv4Start, length, stateAndMarks);
            destinations[i] = packet.Destination;
        }

        return i;
    }

    /// <summary>As received, long enough for headers, and with room in front for any encapsulation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFit(in FrameMetadata metadata) =>
        metadata.IsAsReceived && metadata.Length >= IPv4Start + IPv4Header.MinimumSize && metadata.Offset >= FusedOutput.LeastStart - IPv4Start;

    /// <summary>As <see cref="FusedPort.Headers"/> says, from a sender with an address of its own; half an address of zeros is for the others to look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasHeaders(byte* frame, Vector128<byte> expected, Vector128<byte> mask) =>
        ((Vector128.Load(frame) ^ expected) & mask) == Vector128<byte>.Zero && Unsafe.ReadUnaligned<uint>(frame + MacAddress.Size) != 0;

    /// <summary>A length within what is there, no later fragment, and a true checksum.</summary>
    /// <remarks>
    /// RFC 791 §3.1: the header's words sum to minus zero. That is to say that their sum, which is not 0 in an IPv4 header, is a multiple of 0xffff; so is that
    /// of its longer words then.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsTrue(in IPv4Words packet, int available)
    {
        var length = packet.TotalLength;
        return length >= IPv4Header.MinimumSize && length <= available && !packet.IsLaterFragment
            && WireOrder.IsMultipleOfFfff((packet.First >> 32) + (uint)packet.First + (packet.Second >> 32) + (uint)packet.Second + packet.Third);
    }

    /// <summary>To an address that ip4-input asks more about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsToSpecial(in IPv4Words packet) => IsSpecial[(byte)packet.Third] != 0;

    /// <summary>A source that may send to an uplink.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsForeign(uint source, uint subnetBroadcast, AddressSet locals) =>
        IsSpecial[(byte)(source >> 24)] == 0 && source != subnetBroadcast && !locals.Contains(new IPv4Address(source));

    /// <summary>
    /// Fetches metadata and headers of a later frame, one cache line each; behind the last frame it meets older ones, which does no harm.
    /// </summary>
    /// <param name="frames">All frames, from an array of <see cref="FrameVector.MaxCount"/>.</param>
    /// <param name="i">The frame that is looked at now.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(Frame* frames, int i)
    {
        if (!Sse.IsSupported)
            return;
        var slot = frames[(i + PrefetchDistance) & (FrameVector.MaxCount - 1)].Slot;
        Sse.Prefetch0(slot);
        Sse.Prefetch0(slot + Frame.MetadataSize + Frame.Headroom);
    }
}
