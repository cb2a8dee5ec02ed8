using VRouter.Core.Frames;
using VRouter.Core.Offload;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>
/// Groups the frames that a port is to send into messages, of which each becomes one frame of the kernel's: a super-frame, a frame as it is, or a train of TCP
/// segments that the kernel takes as one super-frame ("generic receive offload"). Nothing is copied: a train is its first frame, whose headers are made those of
/// the whole, and the payloads of the others. Frames of one flow stay in their order.
/// </summary>
/// <remarks>
/// Segments join by Linux's rules (tcp_gro_receive, inet_gro_receive), or stricter: unfragmented IPv4 without options; same link addresses, addresses, ports, TTL,
/// TOS and DF; identification one higher, or with DF all the same; same acknowledgment, window, options and flags; sequence numbers without a gap; payloads of one
/// size but for the last; no reserved IPv4 flag, SYN, RST, URG or CWR; PSH or FIN end the train; and true TCP checksums, which are verified. IPv4 headers are true:
/// the router sends no others. At most 65,535 bytes.
/// UDP is not joined: only a receiver that asks for it (UDP_GRO) may get several datagrams as one, and the router cannot know.
/// </remarks>
internal sealed class SegmentCoalescer
{
    private const int None = -1;
    private const int FlowCount = 8;
    private const int IPStart = EthernetHeader.Size;
    private const int TcpStart = IPStart + IPv4Header.MinimumSize;
    private const int FragmentFlags = IPStart + 6;
    private const byte ReservedFlag = 0x80;
    private const int ReservedBits = TcpStart + 12; // beside the data offset; one is a flag by now (RFC 9768)
    private const int LeastLength = TcpStart + TcpHeader.MinimumSize;
    private const TcpFlags Enders = TcpFlags.Psh | TcpFlags.Fin;
    private const TcpFlags Joinable = TcpFlags.Ack | TcpFlags.Ece | Enders;

    private readonly int[] heads = new int[FrameVector.MaxCount];
    private readonly int[] next = new int[FrameVector.MaxCount];
    private readonly int[] payloadStarts = new int[FrameVector.MaxCount];
    private readonly VirtioNetHeader[] headers = new VirtioNetHeader[FrameVector.MaxCount];
    private readonly Train[] flows = new Train[FlowCount];
    private int headCount;
    private int victim;

    /// <summary>The first frame of each message, in the order in which messages are to be sent.</summary>
    public ReadOnlySpan<int> Heads => heads.AsSpan(0, headCount);

    /// <summary>The frame whose payload follows in the same message, or a negative number.</summary>
    public int NextOf(int frame) => next[frame];

    /// <summary>Where the payload of a frame begins that is not its message's first.</summary>
    public int PayloadStartOf(int frame) => payloadStarts[frame];

    /// <summary>What goes in front of the message that begins with a frame.</summary>
    public ref readonly VirtioNetHeader HeaderOf(int head) => ref headers[head];

    /// <summary>Groups the frames of a vector, all for one port. Headers of frames that begin a train are changed.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="maximumLength">The longest frame of the link: longer segments are not joined, so that they do not escape this limit.</param>
    /// <returns>True if a message is a super-frame.</returns>
    public bool Group(FrameVector vector, int maximumLength)
    {
        var frames = vector.Frames;
        headCount = 0;
        for (var flow = 0; flow < FlowCount; flow++)
            flows[flow].Head = None;
        var isOffloaded = false;
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = frames[i];
            next[i] = None;
            if (SuperFrames.Is(frame))
            {
                Break(frames, frame.Bytes);
                headers[i] = VirtioSegmentation.HeaderOf(frame);
                isOffloaded = true;
            }
            else
            {
                if (IsTcp(frame.Bytes) && TryJoin(frames, i, maximumLength))
                {
                    isOffloaded = true;
                    continue;
                }

                headers[i] = default;
            }

            heads[headCount++] = i;
        }

        for (var flow = 0; flow < FlowCount; flow++)
            Finish(frames, ref flows[flow]);
        return isOffloaded;
    }

    /// <summary>Makes each of so many frames, none of them a super-frame, a message of its own.</summary>
    public void Separate(int count)
    {
        headCount = count;
        for (var i = 0; i < count; i++)
            (heads[i], next[i]) = (i, None);
    }

    // Whether it can matter to a TCP flow.
    private static bool IsTcp(ReadOnlySpan<byte> frame) =>
        frame.Length >= LeastLength && frame[12] == EtherType.IPv4 >> 8 && frame[13] == (EtherType.IPv4 & 0xff) && frame[IPStart + 9] == IpProtocol.Tcp;

    /// <summary>Appends a segment to its flow's train, or lets it begin one if it can. False if it is its message's first.</summary>
    private bool TryJoin(ReadOnlySpan<Frame> frames, int index, int maximumLength)
    {
        var bytes = frames[index].Bytes;
        var ip = IPv4Header.At(bytes[IPStart..]);
        if (ip.HeaderLength != IPv4Header.MinimumSize || ip.IsFragment)
        {
            // No ports at the usual place: it may be of any flow.
            for (var flow = 0; flow < FlowCount; flow++)
                Finish(frames, ref flows[flow]);
            return false;
        }

        var at = Find(bytes);
        var tcp = TcpHeader.At(bytes[TcpStart..]);
        var payload = bytes.Length - TcpStart - tcp.HeaderLength;
        var isSegment = bytes.Length <= maximumLength && tcp.HeaderLength >= TcpHeader.MinimumSize && payload > 0 && ip.TotalLength == bytes.Length - IPStart
            && (tcp.Flags & TcpFlags.Ack) != 0 && (tcp.Flags & ~Joinable) == 0 && (bytes[ReservedBits] & 0xf) == 0
            && (bytes[FragmentFlags] & ReservedFlag) == 0;
        if (at != None)
        {
            if (isSegment && TryAppend(frames, ref flows[at], index, bytes, ip, tcp, payload))
                return true;
            Finish(frames, ref flows[at]);
        }

        if (isSegment && (tcp.Flags & Enders) == 0)
            Begin(frames, at, index, bytes, ip, tcp, payload);
        return false;
    }

    private bool TryAppend(ReadOnlySpan<Frame> frames, ref Train train, int index, Span<byte> bytes, IPv4Header ip, TcpHeader tcp, int payload)
    {
        var headBytes = frames[train.Head].Bytes;
        var headIP = IPv4Header.At(headBytes[IPStart..]);
        var headTcp = TcpHeader.At(headBytes[TcpStart..]);
        var idStep = unchecked((ushort)(ip.Identification - train.LastIdentification));
        if (tcp.SequenceNumber != train.NextSequence || payload > train.SegmentSize || train.Length + payload > IPv4Header.MaximumTotalLength)
            return false;
        if (tcp.HeaderLength != headTcp.HeaderLength || tcp.AcknowledgmentNumber != headTcp.AcknowledgmentNumber || tcp.Window != headTcp.Window
            || ((tcp.Flags ^ headTcp.Flags) & ~Enders) != 0 || !tcp.Options.SequenceEqual(headTcp.Options))
            return false;
        if (ip.Ttl != headIP.Ttl || ip.TosEcn != headIP.TosEcn || ip.DontFragment != headIP.DontFragment
            || !bytes[..IPStart].SequenceEqual(headBytes[..IPStart]))
            return false;
        // With DF the identification means nothing (RFC 6864 §4.1), and some senders do not count it.
        if (train.Count == 1 ? idStep != 1 && !(idStep == 0 && ip.DontFragment) : idStep != train.IdentificationStep)
            return false;
        if (train.Count == 1 && !headTcp.HasTrueChecksum(headIP.Source, headIP.Destination))
            return false;
        if (!tcp.HasTrueChecksum(ip.Source, ip.Destination))
            return false;

        next[train.Last] = index;
        payloadStarts[index] = TcpStart + tcp.HeaderLength;
        train.Last = index;
        train.Count++;
        train.Length += payload;
        train.NextSequence += (uint)payload;
        train.LastIdentification = ip.Identification;
        train.IdentificationStep = idStep;
        if (payload < train.SegmentSize || (tcp.Flags & Enders) != 0)
        {
            train.EndFlags = tcp.Flags & Enders;
            Finish(frames, ref train);
        }

        return true;
    }

    private void Begin(ReadOnlySpan<Frame> frames, int at, int index, ReadOnlySpan<byte> bytes, IPv4Header ip, TcpHeader tcp, int payload)
    {
        if (at == None)
        {
            at = victim;
            victim = (victim + 1) % FlowCount;
            Finish(frames, ref flows[at]);
        }

        flows[at] = new Train
        {
            Addresses = Addresses(bytes),
            Ports = Ports(bytes),
            Head = index,
            Last = index,
            Count = 1,
            Length = ip.TotalLength,
            SegmentSize = payload,
            NextSequence = tcp.SequenceNumber + (uint)payload,
            LastIdentification = ip.Identification,
        };
    }

    // A super-frame is not joined with others, and none may overtake it.
    private void Break(ReadOnlySpan<Frame> frames, ReadOnlySpan<byte> bytes)
    {
        for (var flow = 0; flow < FlowCount && bytes.Length >= LeastLength; flow++)
        {
            if (flows[flow].Head != None && flows[flow].Addresses == Addresses(bytes))
                Finish(frames, ref flows[flow]);
        }
    }

    /// <summary>Closes a train: gives its first frame the headers of the whole.</summary>
    private void Finish(ReadOnlySpan<Frame> frames, ref Train train)
    {
        if (train.Head == None)
            return;
        var (head, count) = (train.Head, train.Count);
        train.Head = None;
        if (count == 1)
            return;
        var bytes = frames[head].Bytes;
        var ip = IPv4Header.At(bytes[IPStart..]);
        ip.TotalLength = (ushort)train.Length;
        ip.UpdateChecksum();
        var tcp = TcpHeader.At(bytes[TcpStart..]);
        tcp.Flags |= train.EndFlags;
        tcp.Checksum = (ushort)~InternetChecksum.Finish(
            InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Tcp, (ushort)(train.Length - IPv4Header.MinimumSize)));
        headers[head] = VirtioSegmentation.TcpHeaderOf(TcpStart, TcpStart + tcp.HeaderLength, train.SegmentSize, tcp.Flags);
    }

    private int Find(ReadOnlySpan<byte> bytes)
    {
        var (addresses, ports) = (Addresses(bytes), Ports(bytes));
        for (var flow = 0; flow < FlowCount; flow++)
        {
            if (flows[flow].Head != None && flows[flow].Ports == ports && flows[flow].Addresses == addresses)
                return flow;
        }

        return None;
    }

    private static ulong Addresses(ReadOnlySpan<byte> frame) => BitConverter.ToUInt64(frame[(IPStart + 12)..]);

    private static uint Ports(ReadOnlySpan<byte> frame) => BitConverter.ToUInt32(frame[TcpStart..]);

    /// <summary>Segments of one flow that are being joined; <see cref="Head"/> is negative where there is none.</summary>
    private struct Train
    {
        public ulong Addresses;
        public uint Ports;
        public int Head;
        public int Last;
        public int Count;
        public int Length; // of the whole, from the IPv4 header
        public int SegmentSize;
        public uint NextSequence;
        public ushort LastIdentification;
        public ushort IdentificationStep;
        public TcpFlags EndFlags;
    }
}
