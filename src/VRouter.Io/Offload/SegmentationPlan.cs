using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>
/// How a super-frame is cut into frames that fit the link: TCP segments (TSO), UDP datagrams (USO) or IP fragments (UFO). Made once per super-frame by
/// <see cref="TryCreate"/>; then each frame is written by its number, in any order and as often as wanted. Headers in front of the cut layer, at most one
/// VXLAN or IPIP encapsulation among them, are repeated in each frame. Nothing here allocates, and no input throws.
/// </summary>
public readonly struct SegmentationPlan
{
    private const int TcpChecksumOffset = 16;
    private const int UdpChecksumOffset = 6;
    private const int NoLayer = -1;

    private readonly Kind kind;
    private readonly int outerIp;  // the tunnel's IPv4 header, or NoLayer
    private readonly int outerUdp; // the tunnel's UDP header, or NoLayer
    private readonly int ip;       // the IPv4 header of what is cut
    private readonly int transport;
    private readonly int headerLength; // bytes repeated in each frame
    private readonly int payloadLength;
    private readonly int segmentSize;
    private readonly ushort datagramChecksum; // fragments only: of the whole datagram

    private SegmentationPlan(Kind kind, int outerIp, int outerUdp, int ip, int transport, int headerLength, int payloadLength, int segmentSize, ushort datagramChecksum)
    {
        this.kind = kind;
        this.outerIp = outerIp;
        this.outerUdp = outerUdp;
        this.ip = ip;
        this.transport = transport;
        this.headerLength = headerLength;
        this.payloadLength = payloadLength;
        this.segmentSize = segmentSize;
        this.datagramChecksum = datagramChecksum;
        Count = Math.Max(1, (payloadLength + segmentSize - 1) / segmentSize);
    }

    private enum Kind : byte
    {
        TcpSegments,
        UdpDatagrams,
        Fragments,
    }

    /// <summary>Number of frames, at least 1.</summary>
    public int Count { get; }

    /// <summary>Bytes of the longest frame.</summary>
    public int MaximumLength => LengthOf(0);

    /// <summary>Reads the headers of a super-frame.</summary>
    /// <param name="frame">The super-frame from its Ethernet header; is not changed.</param>
    /// <param name="header">What the kernel says of it.</param>
    /// <param name="plan">How to cut it, if the result is <see cref="DropReason.None"/>.</param>
    /// <returns>
    /// <see cref="DropReason.RxOffloadInvalid"/> if header and frame do not fit together; <see cref="DropReason.IPv6Unsupported"/> for TCP over IPv6.
    /// </returns>
    public static DropReason TryCreate(Span<byte> frame, in VirtioNetHeader header, out SegmentationPlan plan)
    {
        plan = default;
        var type = header.GsoType & ~VirtioNetHeader.GsoEcnBit;
        var etherType = FrameLayers.EtherTypeOf(frame, out var network);
        if (type == VirtioNetHeader.GsoTcp6 || etherType == EtherType.IPv6)
            return DropReason.IPv6Unsupported;
        if (header.GsoSize == 0 || etherType != EtherType.IPv4)
            return DropReason.RxOffloadInvalid;
        var isValid = type switch
        {
            VirtioNetHeader.GsoTcp4 => TryPlan(frame, header, network, Kind.TcpSegments, out plan),
            VirtioNetHeader.GsoUdpDatagrams => TryPlan(frame, header, network, Kind.UdpDatagrams, out plan),
            VirtioNetHeader.GsoUdpFragments => TryPlanFragments(frame, header, network, out plan),
            _ => false,
        };
        return isValid ? DropReason.None : DropReason.RxOffloadInvalid;
    }

    /// <summary>Bytes of the frame at <paramref name="index"/>.</summary>
    public int LengthOf(int index) => headerLength + Math.Min(segmentSize, payloadLength - (index * segmentSize));

    /// <summary>Writes the frame at <paramref name="index"/> with true lengths and checksums.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="superFrame">The frame that the plan was made of.</param>
    /// <param name="destination">Exactly <see cref="LengthOf"/> bytes.</param>
    public void Write(int index, ReadOnlySpan<byte> superFrame, Span<byte> destination)
    {
        superFrame[..headerLength].CopyTo(destination);
        superFrame.Slice(headerLength + (index * segmentSize), destination.Length - headerLength).CopyTo(destination[headerLength..]);
        var network = IPv4Header.At(destination[ip..]);
        network.TotalLength = (ushort)(destination.Length - ip);
        if (kind == Kind.Fragments)
            FinishFragment(index, network, destination);
        else
            network.Identification += (ushort)index;
        network.UpdateChecksum();
        if (kind == Kind.TcpSegments)
            FinishTcp(index, network, destination[transport..]);
        else if (kind == Kind.UdpDatagrams)
            FinishUdp(network, destination[transport..]);
        if (outerIp != NoLayer)
            FinishTunnel(index, destination);
    }

    private static bool TryPlan(Span<byte> frame, in VirtioNetHeader header, int network, Kind kind, out SegmentationPlan plan)
    {
        plan = default;
        var protocol = kind == Kind.TcpSegments ? IpProtocol.Tcp : IpProtocol.Udp;
        var outerIp = NoLayer;
        var outerUdp = NoLayer;
        if (!TryReadIPv4(frame, network, out var transport, out var end, out var found))
            return false;
        if (header.NeedsChecksum && header.ChecksumStart != transport)
        {
            // The checksum to complete is not that of the first transport header: the kernel cuts inside of a tunnel.
            outerIp = network;
            if (found == IpProtocol.Udp)
            {
                outerUdp = transport;
                var inner = transport + UdpHeader.Size + VxlanHeader.Size;
                if (inner > end || !FrameLayers.TryFindIPv4(frame[inner..end], out network))
                    return false;
                network += inner;
            }
            else if (found == IpProtocol.IPv4)
            {
                network = transport;
            }
            else
            {
                return false;
            }

            if (!TryReadIPv4(frame[..end], network, out transport, out end, out found) || header.ChecksumStart != transport)
                return false;
        }

        var checksumOffset = kind == Kind.TcpSegments ? TcpChecksumOffset : UdpChecksumOffset;
        if (found != protocol || (header.NeedsChecksum && header.ChecksumOffset != checksumOffset))
            return false;
        var headerLength = transport + UdpHeader.Size;
        if (kind == Kind.TcpSegments)
        {
            if (TcpHeader.Parse(frame[transport..end], out var tcp) != DropReason.None)
                return false;
            headerLength = transport + tcp.HeaderLength;
        }

        var firstIp = outerIp == NoLayer ? network : outerIp;
        var payloadLength = end - headerLength;
        if (payloadLength < 0 || headerLength - firstIp + Math.Min(header.GsoSize, payloadLength) > IPv4Header.MaximumTotalLength)
            return false;
        plan = new SegmentationPlan(kind, outerIp, outerUdp, network, transport, headerLength, payloadLength, header.GsoSize, 0);
        return true;
    }

    private static bool TryPlanFragments(Span<byte> frame, in VirtioNetHeader header, int network, out SegmentationPlan plan)
    {
        plan = default;
        var size = header.GsoSize & ~7; // all fragments but the last hold a multiple of eight bytes (RFC 791 §3.2)
        if (size == 0 || !TryReadIPv4(frame, network, out var transport, out var end, out var protocol)
            || protocol != IpProtocol.Udp || end - transport < UdpHeader.Size || end - network > IPv4Header.MaximumTotalLength)
            return false;
        var datagram = frame[transport..end];
        var udp = UdpHeader.At(datagram);
        if (udp.Length != datagram.Length)
            return false;
        var checksum = udp.Checksum;
        if (header.NeedsChecksum)
        {
            if (header.ChecksumStart != transport || header.ChecksumOffset != UdpChecksumOffset)
                return false;
            // The field holds the pseudo-header's sum, so the sum over the datagram is the whole sum.
            checksum = InternetChecksum.FinishUdp(InternetChecksum.Sum(datagram));
        }

        plan = new SegmentationPlan(Kind.Fragments, NoLayer, NoLayer, network, transport, transport, datagram.Length, size, checksum);
        return true;
    }

    /// <summary>
    /// Reads an unfragmented IPv4 header. The packet ends where its total length says; a total length of 0 (Linux "big TCP") means the frame's end.
    /// </summary>
    private static bool TryReadIPv4(Span<byte> frame, int offset, out int payload, out int end, out byte protocol)
    {
        payload = 0;
        end = 0;
        protocol = 0;
        if (offset > frame.Length || IPv4Header.ParseQuoted(frame[offset..], out var header) != DropReason.None || header.IsFragment)
            return false;
        payload = offset + header.HeaderLength;
        end = header.TotalLength == 0 ? frame.Length : offset + header.TotalLength;
        protocol = header.Protocol;
        return end >= payload && end <= frame.Length;
    }

    private bool IsLast(int index) => index == Count - 1;

    private void FinishTcp(int index, IPv4Header network, Span<byte> segment)
    {
        var tcp = TcpHeader.At(segment);
        tcp.SequenceNumber += (uint)(index * segmentSize);
        if (index > 0)
            tcp.Flags &= ~TcpFlags.Cwr; // the peer is told once (RFC 3168 §6.1.2)
        if (!IsLast(index))
            tcp.Flags &= ~(TcpFlags.Fin | TcpFlags.Psh);
        tcp.UpdateChecksum(network.Source, network.Destination);
    }

    private static void FinishUdp(IPv4Header network, Span<byte> datagram)
    {
        var udp = UdpHeader.At(datagram);
        udp.Length = (ushort)datagram.Length;
        udp.UpdateChecksum(network.Source, network.Destination);
    }

    private void FinishFragment(int index, IPv4Header network, Span<byte> destination)
    {
        network.FragmentOffset = index * segmentSize;
        network.MoreFragments = !IsLast(index);
        network.DontFragment = false;
        if (index == 0)
            UdpHeader.At(destination[transport..]).Checksum = datagramChecksum;
    }

    private void FinishTunnel(int index, Span<byte> destination)
    {
        var outer = IPv4Header.At(destination[outerIp..]);
        outer.TotalLength = (ushort)(destination.Length - outerIp);
        outer.Identification += (ushort)index;
        outer.UpdateChecksum();
        if (outerUdp == NoLayer)
            return;
        var datagram = destination[outerUdp..];
        var udp = UdpHeader.At(datagram);
        udp.Length = (ushort)datagram.Length;
        if (udp.Checksum != 0)
            udp.UpdateChecksum(outer.Source, outer.Destination);
    }
}
