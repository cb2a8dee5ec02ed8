using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>A TCP header (RFC 9293 §3.1): 20 to 60 bytes. Setters do not touch the checksum; <see cref="UpdateChecksum"/> follows them.</summary>
public readonly ref struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumSize = 20;

    private readonly ref Fields fields;
    private readonly Span<byte> segment;

    private TcpHeader(Span<byte> segment)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(segment);
        this.segment = segment;
    }

    /// <summary>The sender's transport port.</summary>
    public ushort SourcePort
    {
        get => fields.SourcePort.Value;
        set => fields.SourcePort = UInt16BE.From(value);
    }

    /// <summary>The receiver's transport port.</summary>
    public ushort DestinationPort
    {
        get => fields.DestinationPort.Value;
        set => fields.DestinationPort = UInt16BE.From(value);
    }

    /// <summary>The number of the first byte of the payload.</summary>
    public uint SequenceNumber
    {
        get => fields.SequenceNumber.Value;
        set => fields.SequenceNumber = UInt32BE.From(value);
    }

    /// <summary>The number of the next byte expected.</summary>
    public uint AcknowledgmentNumber
    {
        get => fields.AcknowledgmentNumber.Value;
        set => fields.AcknowledgmentNumber = UInt32BE.From(value);
    }

    /// <summary>Bytes of the header, options included: 20 to 60 after <see cref="Parse"/>.</summary>
    public int HeaderLength => (fields.DataOffset >> 4) * 4;

    /// <summary>The eight flags.</summary>
    public TcpFlags Flags
    {
        get => (TcpFlags)fields.Flags;
        set => fields.Flags = (byte)value;
    }

    /// <summary>The receive window as it stands, without the scale.</summary>
    public ushort Window
    {
        get => fields.Window.Value;
        set => fields.Window = UInt16BE.From(value);
    }

    /// <summary>The checksum as it stands.</summary>
    public ushort Checksum
    {
        get => fields.Checksum.Value;
        set => fields.Checksum = UInt16BE.From(value);
    }

    /// <summary>The urgent pointer.</summary>
    public ushort UrgentPointer
    {
        get => fields.UrgentPointer.Value;
        set => fields.UrgentPointer = UInt16BE.From(value);
    }

    /// <summary>The options, padding included.</summary>
    public Span<byte> Options => segment[MinimumSize..HeaderLength];

    /// <summary>What follows the header.</summary>
    public Span<byte> Payload => segment[HeaderLength..];

    /// <summary>Checks that the header, options included, is whole (<see cref="DropReason.TcpTruncated"/>).</summary>
    /// <param name="segment">The payload of an unfragmented IP packet, without padding.</param>
    /// <param name="header">The view, if the result is <see cref="DropReason.None"/>.</param>
    public static DropReason Parse(Span<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinimumSize)
            return DropReason.TcpTruncated;
        var view = new TcpHeader(segment);
        if (view.HeaderLength < MinimumSize || view.HeaderLength > segment.Length)
            return DropReason.TcpTruncated;
        header = view;
        return DropReason.None;
    }

    /// <summary>The header at the start of at least 20 bytes, unchecked otherwise.</summary>
    public static TcpHeader At(Span<byte> segment) => new(segment);

    /// <summary>Writes a header of 20 bytes with a checksum and an urgent pointer of 0.</summary>
    /// <param name="segment">Where the header goes; header and payload reach to its end.</param>
    /// <param name="sourcePort">The sender's transport port.</param>
    /// <param name="destinationPort">The receiver's transport port.</param>
    /// <param name="sequenceNumber">The number of the first byte of the payload.</param>
    /// <param name="acknowledgmentNumber">The number of the next byte expected.</param>
    /// <param name="flags">The flags.</param>
    /// <param name="window">The receive window.</param>
    public static TcpHeader Write(
        Span<byte> segment,
        ushort sourcePort,
        ushort destinationPort,
        uint sequenceNumber,
        uint acknowledgmentNumber,
        TcpFlags flags,
        ushort window)
    {
        var header = new TcpHeader(segment)
        {
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            SequenceNumber = sequenceNumber,
            AcknowledgmentNumber = acknowledgmentNumber,
            Flags = flags,
            Window = window,
            Checksum = 0,
            UrgentPointer = 0,
        };
        header.fields.DataOffset = MinimumSize / 4 << 4;
        return header;
    }

    /// <summary>True if the checksum over pseudo-header, header and payload is true.</summary>
    public bool HasTrueChecksum(IPv4Address source, IPv4Address destination) =>
        InternetChecksum.Finish(PseudoSum(source, destination) + InternetChecksum.Sum(segment)) == 0;

    /// <summary>Computes the checksum over pseudo-header, header and payload and stores it.</summary>
    public void UpdateChecksum(IPv4Address source, IPv4Address destination)
    {
        fields.Checksum = default;
        fields.Checksum = UInt16BE.From(InternetChecksum.Finish(PseudoSum(source, destination) + InternetChecksum.Sum(segment)));
    }

    private uint PseudoSum(IPv4Address source, IPv4Address destination) =>
        InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, (ushort)segment.Length);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public UInt16BE SourcePort;
        public UInt16BE DestinationPort;
        public UInt32BE SequenceNumber;
        public UInt32BE AcknowledgmentNumber;
        public byte DataOffset;
        public byte Flags;
        public UInt16BE Window;
        public UInt16BE Checksum;
        public UInt16BE UrgentPointer;
    }
}
