using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>Translates between <see cref="VirtioNetHeader"/> and what the engine knows of a super-frame.</summary>
public static class VirtioSegmentation
{
    private const ushort TcpChecksumOffset = 16;
    private const ushort UdpChecksumOffset = 6;
    private const int TcpFlagsOffset = 13;

    /// <summary>Reads the headers of a super-frame that the kernel handed over.</summary>
    /// <param name="frame">The super-frame from its Ethernet header; is not changed.</param>
    /// <param name="header">What the kernel says of it.</param>
    /// <param name="plan">How to cut it, if the result is <see cref="DropReason.None"/>.</param>
    /// <returns>
    /// <see cref="DropReason.RxOffloadInvalid"/> if header and frame do not fit together; <see cref="DropReason.IPv6Unsupported"/> for TCP over IPv6.
    /// </returns>
    public static DropReason TryPlan(Span<byte> frame, in VirtioNetHeader header, out SegmentationPlan plan)
    {
        plan = default;
        var etherType = FrameLayers.EtherTypeOf(frame, out var network);
        if ((header.GsoType & ~VirtioNetHeader.GsoEcnBit) == VirtioNetHeader.GsoTcp6 || etherType == EtherType.IPv6)
            return DropReason.IPv6Unsupported;
        var kind = KindOf(header);
        if (etherType != EtherType.IPv4 || kind == SegmentationKind.None || (header.NeedsChecksum && header.ChecksumOffset != ChecksumOffsetOf(kind)))
            return DropReason.RxOffloadInvalid;
        var request = new SegmentationRequest(
            kind, header.GsoSize, network, header.NeedsChecksum ? header.ChecksumStart : SegmentationRequest.FirstTransport);
        return SegmentationPlan.TryCreate(frame, request, out plan) ? DropReason.None : DropReason.RxOffloadInvalid;
    }

    /// <summary>Notes on a frame that holds the bytes of <see cref="TryPlan"/> that it is a super-frame, with the pseudo-header's sum as its checksum.</summary>
    public static void Mark(Frame frame, in VirtioNetHeader header, in SegmentationPlan plan)
    {
        SuperFrames.Mark(frame, plan, KindOf(header), header.GsoSize);
        if (!header.NeedsChecksum)
            plan.WritePseudoHeaderSum(frame.Bytes);
    }

    /// <summary>The header with which the kernel takes a super-frame whole. Of a tunnel around it the header tells nothing.</summary>
    /// <param name="frame">The frame from its Ethernet header.</param>
    public static VirtioNetHeader HeaderOf(Frame frame)
    {
        ref readonly var metadata = ref frame.Metadata;
        var transport = metadata.TransportStart - metadata.Offset;
        var kind = metadata.Segmentation;
        var headers = (ushort)(metadata.PayloadStart - metadata.Offset);

        // One segment is no super-frame to the kernel, which drops what it finds nothing to cut of.
        if (metadata.Length - headers <= metadata.SegmentSize)
            return new VirtioNetHeader(VirtioNetHeader.NeedsChecksumFlag, VirtioNetHeader.GsoNone, headers, 0, (ushort)transport, ChecksumOffsetOf(kind));
        var type = VirtioNetHeader.GsoUdpDatagrams;
        if (kind == SegmentationKind.TcpSegments)
            type = TcpType((TcpFlags)frame.Bytes[transport + TcpFlagsOffset]);
        return new VirtioNetHeader(
            VirtioNetHeader.NeedsChecksumFlag,
            type,
            headers,
            metadata.SegmentSize,
            (ushort)transport,
            ChecksumOffsetOf(kind));
    }

    /// <summary>The header for TCP segments over IPv4 that were made one frame.</summary>
    public static VirtioNetHeader TcpHeaderOf(int transport, int headerLength, int segmentSize, TcpFlags flags) =>
        new(VirtioNetHeader.NeedsChecksumFlag, TcpType(flags), (ushort)headerLength, (ushort)segmentSize, (ushort)transport, TcpChecksumOffset);

    internal static SegmentationKind KindOf(in VirtioNetHeader header) => (header.GsoType & ~VirtioNetHeader.GsoEcnBit) switch
    {
        VirtioNetHeader.GsoTcp4 => SegmentationKind.TcpSegments,
        VirtioNetHeader.GsoUdpDatagrams => SegmentationKind.UdpDatagrams,
        VirtioNetHeader.GsoUdpFragments => SegmentationKind.Fragments,
        _ => SegmentationKind.None,
    };

    private static byte TcpType(TcpFlags flags) =>
        (flags & TcpFlags.Cwr) != 0 ? (byte)(VirtioNetHeader.GsoTcp4 | VirtioNetHeader.GsoEcnBit) : VirtioNetHeader.GsoTcp4;

    private static ushort ChecksumOffsetOf(SegmentationKind kind) => kind == SegmentationKind.TcpSegments ? TcpChecksumOffset : UdpChecksumOffset;
}
