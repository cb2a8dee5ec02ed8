using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>A UDP header (RFC 768): 8 bytes.</summary>
public readonly ref struct UdpHeader
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    private readonly ref Fields fields;
    private readonly Span<byte> datagram;

    private UdpHeader(Span<byte> datagram)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(datagram);
        this.datagram = datagram;
    }

    /// <summary>The sender's transport port; setting it does not touch the checksum.</summary>
    public ushort SourcePort
    {
        get => fields.SourcePort.Value;
        set => fields.SourcePort = UInt16BE.From(value);
    }

    /// <summary>The receiver's transport port; setting it does not touch the checksum.</summary>
    public ushort DestinationPort
    {
        get => fields.DestinationPort.Value;
        set => fields.DestinationPort = UInt16BE.From(value);
    }

    /// <summary>Bytes of header and data; setting it does not touch the checksum.</summary>
    public ushort Length
    {
        get => fields.Length.Value;
        set => fields.Length = UInt16BE.From(value);
    }

    /// <summary>The checksum as it stands; 0 says that the sender computed none.</summary>
    public ushort Checksum
    {
        get => fields.Checksum.Value;
        set => fields.Checksum = UInt16BE.From(value);
    }

    /// <summary>What follows the header, up to <see cref="Length"/>.</summary>
    public Span<byte> Payload => datagram[Size..Length];

    /// <summary>
    /// Checks that the header is whole (<see cref="DropReason.UdpTruncated"/>) and that its length is at least 8 and at most what is there
    /// (<see cref="DropReason.UdpLength"/>). The checksum needs the addresses: <see cref="HasTrueChecksum"/>.
    /// </summary>
    /// <param name="datagram">The payload of an unfragmented IP packet.</param>
    /// <param name="header">The view, if the result is <see cref="DropReason.None"/>.</param>
    public static DropReason Parse(Span<byte> datagram, out UdpHeader header)
    {
        header = default;
        if (datagram.Length < Size)
            return DropReason.UdpTruncated;
        var view = new UdpHeader(datagram);
        if (view.Length < Size || view.Length > datagram.Length)
            return DropReason.UdpLength;
        header = view;
        return DropReason.None;
    }

    /// <summary>The header at the start of at least 8 bytes, unchecked otherwise.</summary>
    public static UdpHeader At(Span<byte> datagram) => new(datagram);

    /// <summary>Writes the 8 bytes with a checksum of 0; <see cref="UpdateChecksum"/> is to follow once the payload stands.</summary>
    /// <param name="datagram">Where the header goes.</param>
    /// <param name="sourcePort">The sender's transport port.</param>
    /// <param name="destinationPort">The receiver's transport port.</param>
    /// <param name="length">Bytes of header and data.</param>
    public static UdpHeader Write(Span<byte> datagram, ushort sourcePort, ushort destinationPort, ushort length) =>
        new(datagram) { SourcePort = sourcePort, DestinationPort = destinationPort, Length = length, Checksum = 0 };

    /// <summary>True if the sender computed no checksum, or a true one (RFC 768, RFC 1122 §4.1.3.4).</summary>
    public bool HasTrueChecksum(IPv4Address source, IPv4Address destination) =>
        fields.Checksum.Value == 0 || InternetChecksum.Finish(PseudoSum(source, destination) + InternetChecksum.Sum(datagram[..Length])) == 0;

    /// <summary>Computes the checksum over pseudo-header, header and payload and stores it; it is never 0 (RFC 768).</summary>
    public void UpdateChecksum(IPv4Address source, IPv4Address destination)
    {
        fields.Checksum = default;
        fields.Checksum = UInt16BE.From(InternetChecksum.FinishUdp(PseudoSum(source, destination) + InternetChecksum.Sum(datagram[..Length])));
    }

    private uint PseudoSum(IPv4Address source, IPv4Address destination) =>
        InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, Length);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public UInt16BE SourcePort;
        public UInt16BE DestinationPort;
        public UInt16BE Length;
        public UInt16BE Checksum;
    }
}
