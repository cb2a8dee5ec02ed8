using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Offload;

/// <summary>
/// How a super-frame is cut into frames that fit the link: TCP segments (TSO), UDP datagrams (USO) or IP fragments (UFO). Made once per super-frame by
/// <see cref="TryCreate"/>; then each frame is written by its number, in any order and as often as wanted. Headers in front of the cut layer, at most one
/// VXLAN or IPIP encapsulation among them, are repeated in each frame. Nothing here allocates, and no input throws.
/// </summary>
public readonly struct SegmentationPlan
{
    private const int NoLayer = -1;

    private readonly SegmentationKind kind;
    private readonly int outerIp;  // the tunnel's IPv4 header, or NoLayer
    private readonly int outerUdp; // the tunnel's UDP header, or NoLayer
    private readonly int ip;       // the IPv4 header of what is cut
    private readonly int transport;
    private readonly int headerLength; // bytes repeated in each frame
    private readonly int payloadLength;
    private readonly int segmentSize;
    private readonly ushort datagramChecksum; // fragments only: of the whole datagram

    private SegmentationPlan(SegmentationKind kind, int outerIp, int outerUdp, int ip, int transport, int headerLength, int payloadLength, int segmentSize, ushort datagramChecksum)
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

    /// <summary>Number of frames, at least 1.</summary>
    public int Count { get; }

    /// <summary>Bytes of the longest frame.</summary>
    public int MaximumLength => LengthOf(0);

    /// <summary>Bytes that are repeated in front of each frame's payload.</summary>
    public int HeaderLength => headerLength;

    /// <summary>Where the transport header of what is cut stands.</summary>
    public int Transport => transport;

    /// <summary>Bytes of the super-frame that are cut, headers included; the bytes it was made of may be followed by padding.</summary>
    public int TotalLength => headerLength + payloadLength;

    /// <summary>Reads the headers of a super-frame.</summary>
    /// <param name="bytes">The super-frame from its Ethernet or IPv4 header; is not changed.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="plan">How to cut it, if the result is true.</param>
    /// <returns>False if the request does not fit what the bytes say.</returns>
    public static bool TryCreate(Span<byte> bytes, in SegmentationRequest request, out SegmentationPlan plan)
    {
        plan = default;
        if (request.SegmentSize <= 0)
            return false;
        return request.Kind switch
        {
            SegmentationKind.TcpSegments or SegmentationKind.UdpDatagrams => TryPlan(bytes, request, out plan),
            SegmentationKind.Fragments => TryPlanFragments(bytes, request, out plan),
            _ => false,
        };
    }

    /// <summary>Bytes of the frame at <paramref name="index"/>.</summary>
    public int LengthOf(int index) => headerLength + Math.Min(segmentSize, payloadLength - (index * segmentSize));

    /// <summary>Writes the frame at <paramref name="index"/> with true lengths and checksums.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="superFrame">The bytes that the plan was made of.</param>
    /// <param name="destination">Exactly <see cref="LengthOf"/> bytes; does not overlap <paramref name="superFrame"/>.</param>
    public void Write(int index, ReadOnlySpan<byte> superFrame, Span<byte> destination)
    {
        superFrame[..headerLength].CopyTo(destination);
        var payload = superFrame.Slice(headerLength + (index * segmentSize), destination.Length - headerLength);
        Finish(index, destination, InternetChecksum.CopyAndSum(payload, destination[headerLength..]));
    }

    /// <summary>True if the packet ends where the bytes do, and so say the IPv4 headers: then it can be forwarded as it is.</summary>
    /// <param name="superFrame">The bytes that the plan was made of.</param>
    public bool IsExact(Span<byte> superFrame) =>
        TotalLength == superFrame.Length && EndsAt(superFrame, ip) && (outerIp == NoLayer || EndsAt(superFrame, outerIp));

    /// <summary>Stores the sum of the pseudo-header where the checksum of the transport header of what is cut stands: what whoever cuts it later begins with.</summary>
    /// <param name="superFrame">The bytes that the plan was made of, segments or datagrams.</param>
    public void WritePseudoHeaderSum(Span<byte> superFrame)
    {
        var network = IPv4Header.At(superFrame[ip..]);
        var isTcp = kind == SegmentationKind.TcpSegments;
        var sum = (ushort)~InternetChecksum.Finish(InternetChecksum.PseudoHeader(
            network.Source, network.Destination, isTcp ? IpProtocol.Tcp : IpProtocol.Udp, (ushort)(TotalLength - transport)));
        if (isTcp)
        {
            var tcp = TcpHeader.At(superFrame[transport..]);
            tcp.Checksum = sum;
            return;
        }

        var udp = UdpHeader.At(superFrame[transport..]);
        udp.Checksum = sum;
    }

    /// <summary>
    /// Writes the frame at <paramref name="index"/> in the place of the super-frame, around its own payload: for the last frame of all to be written, or the only one.
    /// </summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="superFrame">The bytes that the plan was made of. Its headers are moved, unless <paramref name="index"/> is 0, over the payload of the frame before.</param>
    /// <returns>Where the frame begins; it has <see cref="LengthOf"/> bytes.</returns>
    public int WriteInPlace(int index, Span<byte> superFrame)
    {
        var start = index * segmentSize;
        superFrame[..headerLength].CopyTo(superFrame[start..]);
        var frame = superFrame.Slice(start, LengthOf(index));
        Finish(index, frame, InternetChecksum.Sum(frame[headerLength..]));
        return start;
    }

    // The payload is in its place and has this sum, headers are those of the super-frame.
    private void Finish(int index, Span<byte> frame, uint payloadSum)
    {
        var network = IPv4Header.At(frame[ip..]);
        network.TotalLength = (ushort)(frame.Length - ip);
        if (kind == SegmentationKind.Fragments)
            FinishFragment(index, network, frame);
        else
            network.Identification += (ushort)index;
        network.UpdateChecksum();
        if (kind == SegmentationKind.TcpSegments)
            FinishTcp(index, network, frame[transport..], payloadSum);
        else if (kind == SegmentationKind.UdpDatagrams)
            FinishUdp(network, frame[transport..], payloadSum);
        if (outerIp != NoLayer)
            FinishTunnel(index, frame);
    }

    private static bool TryPlan(Span<byte> frame, in SegmentationRequest request, out SegmentationPlan plan)
    {
        plan = default;
        var network = request.Network;
        var protocol = request.Kind == SegmentationKind.TcpSegments ? IpProtocol.Tcp : IpProtocol.Udp;
        var outerIp = NoLayer;
        var outerUdp = NoLayer;
        if (!TryReadIPv4(frame, network, out var transport, out var end, out var found))
            return false;
        if (request.Transport != SegmentationRequest.FirstTransport && request.Transport != transport)
        {
            // Not the first transport header: what is cut is inside of a tunnel.
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

            if (!TryReadIPv4(frame[..end], network, out transport, out end, out found) || request.Transport != transport)
                return false;
        }

        if (found != protocol)
            return false;
        var headerLength = transport + UdpHeader.Size;
        if (request.Kind == SegmentationKind.TcpSegments)
        {
            if (TcpHeader.Parse(frame[transport..end], out var tcp) != DropReason.None)
                return false;
            headerLength = transport + tcp.HeaderLength;
        }

        var firstIp = outerIp == NoLayer ? network : outerIp;
        var payloadLength = end - headerLength;
        if (payloadLength < 0 || headerLength - firstIp + Math.Min(request.SegmentSize, payloadLength) > IPv4Header.MaximumTotalLength)
            return false;
        plan = new SegmentationPlan(request.Kind, outerIp, outerUdp, network, transport, headerLength, payloadLength, request.SegmentSize, 0);
        return true;
    }

    private static bool TryPlanFragments(Span<byte> frame, in SegmentationRequest request, out SegmentationPlan plan)
    {
        plan = default;
        var network = request.Network;
        var size = request.SegmentSize & ~7; // all fragments but the last hold a multiple of eight bytes (RFC 791 §3.2)
        if (size == 0 || !TryReadIPv4(frame, network, out var transport, out var end, out var protocol)
            || protocol != IpProtocol.Udp || end - transport < UdpHeader.Size || end - network > IPv4Header.MaximumTotalLength)
            return false;
        var datagram = frame[transport..end];
        var udp = UdpHeader.At(datagram);
        if (udp.Length != datagram.Length)
            return false;
        var checksum = udp.Checksum;
        if (request.Transport != SegmentationRequest.FirstTransport)
        {
            if (request.Transport != transport)
                return false;
            // The field holds the pseudo-header's sum, so the sum over the datagram is the whole sum.
            checksum = InternetChecksum.FinishUdp(InternetChecksum.Sum(datagram));
        }

        plan = new SegmentationPlan(SegmentationKind.Fragments, NoLayer, NoLayer, network, transport, transport, datagram.Length, size, checksum);
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

    private static bool EndsAt(Span<byte> superFrame, int network) => IPv4Header.At(superFrame[network..]).TotalLength == superFrame.Length - network;

    private bool IsLast(int index) => index == Count - 1;

    private void FinishTcp(int index, IPv4Header network, Span<byte> segment, uint payloadSum)
    {
        var tcp = TcpHeader.At(segment);
        tcp.SequenceNumber += (uint)(index * segmentSize);
        if (index > 0)
            tcp.Flags &= ~TcpFlags.Cwr; // the peer is told once (RFC 3168 §6.1.2)
        if (!IsLast(index))
            tcp.Flags &= ~(TcpFlags.Fin | TcpFlags.Psh);
        tcp.Checksum = 0;
        var sum = InternetChecksum.PseudoHeader(network.Source, network.Destination, IpProtocol.Tcp, (ushort)segment.Length);
        tcp.Checksum = InternetChecksum.Finish(sum + InternetChecksum.Sum(segment[..(headerLength - transport)]) + payloadSum);
    }

    private static void FinishUdp(IPv4Header network, Span<byte> datagram, uint payloadSum)
    {
        var udp = UdpHeader.At(datagram);
        udp.Length = (ushort)datagram.Length;
        udp.Checksum = 0;
        var sum = InternetChecksum.PseudoHeader(network.Source, network.Destination, IpProtocol.Udp, (ushort)datagram.Length);
        udp.Checksum = InternetChecksum.FinishUdp(sum + InternetChecksum.Sum(datagram[..UdpHeader.Size]) + payloadSum);
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
