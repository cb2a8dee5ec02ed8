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
/// <remarks>One loop for each role of a port, without calls, so that all that stays the same stays in registers: EngineBenchmarks' Plain shows what that buys.</remarks>
internal static unsafe class FusedSimpleInput
{
    // How many frames ahead: about 40 ns.
    private const int PrefetchDistance = 4;
    private const int IPv4Start = EthernetHeader.Size;
    private const int MinimumL4Length = IPv4Header.MinimumSize + UdpHeader.Size;
    private const ulong OffsetBits = 0xff1fUL << 48;

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ParseOfWorkload(Frame* frames, int i, int count, in FusedPort port, short rxPort, FusedTables tables, FusedPacket* packets, uint* destinations) =>
        ParseOf(workload: true, frames, i, count, port, rxPort, tables, packets, destinations);

    [MethodImpl(MethodImplOptions.NoInlining)]
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
            if (!metadata.IsAsReceived || metadata.Length < IPv4Start + IPv4Header.MinimumSize || offset < FusedOutput.LeastStart - IPv4Start)
                break;
            metadata.RxPort = rxPort;
            var headers = Vector128.Load(frame);
            if (((headers ^ expected) & mask) != Vector128<byte>.Zero || Unsafe.ReadUnaligned<uint>(frame + MacAddress.Size) == 0)
                break;

            var first = Unsafe.ReadUnaligned<ulong>(frame + IPv4Start);
            var second = Unsafe.ReadUnaligned<ulong>(frame + IPv4Start + 8);
            var third = Unsafe.ReadUnaligned<uint>(frame + IPv4Start + 16);
            int length = WireOrder.UInt16((ushort)(first >> 16));
            if (length < IPv4Header.MinimumSize || length > metadata.Length - IPv4Start || (first & OffsetBits) != 0)
                break;
            // RFC 791 §3.1: the words sum to minus zero, which is to say that the sum, never 0 here, is a multiple of 0xffff; so a sum of longer words is.
            if (!WireOrder.IsMultipleOfFfff((first >> 32) + (uint)first + (second >> 32) + (uint)second + third))
                break;
            if (workload ? second >> 32 != ownSource : !IsForeign(WireOrder.UInt32((uint)(second >> 32)), subnetBroadcast, locals))
                break;
            if (IsSpecial[(byte)third] != 0)
                break;
            var protocol = (byte)(second >> 8);
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
            destinations[i] = WireOrder.UInt32(third);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsForeign(uint source, uint subnetBroadcast, AddressSet locals) =>
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
