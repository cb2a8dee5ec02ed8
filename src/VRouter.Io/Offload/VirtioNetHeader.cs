using System.Runtime.InteropServices;

namespace VRouter.Io.Offload;

/// <summary>
/// struct virtio_net_hdr (virtio 1.2 §5.1.6, linux/virtio_net.h): what the kernel left undone in a frame that it hands over, or what it is to do in one that
/// it is given. Numbers are in host byte order, as AF_PACKET and TAP have them.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct VirtioNetHeader
{
    /// <summary>Bytes in front of a frame.</summary>
    public const int Size = 10;

    /// <summary>VIRTIO_NET_HDR_F_NEEDS_CSUM: the checksum field holds only the pseudo-header's sum.</summary>
    public const byte NeedsChecksumFlag = 1;

    /// <summary>VIRTIO_NET_HDR_GSO_NONE: no super-frame.</summary>
    public const byte GsoNone = 0;

    /// <summary>VIRTIO_NET_HDR_GSO_TCPV4: TCP over IPv4, to be cut into segments.</summary>
    public const byte GsoTcp4 = 1;

    /// <summary>VIRTIO_NET_HDR_GSO_UDP: one UDP datagram, to be cut into IP fragments (UFO).</summary>
    public const byte GsoUdpFragments = 3;

    /// <summary>VIRTIO_NET_HDR_GSO_TCPV6: TCP over IPv6.</summary>
    public const byte GsoTcp6 = 4;

    /// <summary>VIRTIO_NET_HDR_GSO_UDP_L4: UDP, to be cut into datagrams (USO).</summary>
    public const byte GsoUdpDatagrams = 5;

    /// <summary>VIRTIO_NET_HDR_GSO_ECN: a bit beside the type: the TCP super-frame has CWR set.</summary>
    public const byte GsoEcnBit = 0x80;

    /// <summary>Takes the fields in their order.</summary>
    public VirtioNetHeader(byte flags, byte gsoType, ushort headerLength, ushort gsoSize, ushort checksumStart, ushort checksumOffset)
    {
        Flags = flags;
        GsoType = gsoType;
        HeaderLength = headerLength;
        GsoSize = gsoSize;
        ChecksumStart = checksumStart;
        ChecksumOffset = checksumOffset;
    }

    /// <summary>Flag bits.</summary>
    public byte Flags { get; }

    /// <summary>The kind of super-frame, and <see cref="GsoEcnBit"/>.</summary>
    public byte GsoType { get; }

    /// <summary>Bytes of headers as a hint; not to be relied on.</summary>
    public ushort HeaderLength { get; }

    /// <summary>Bytes of payload per segment.</summary>
    public ushort GsoSize { get; }

    /// <summary>From where the checksum is to be computed, counted from the frame's first byte.</summary>
    public ushort ChecksumStart { get; }

    /// <summary>Where it is to be stored, counted from <see cref="ChecksumStart"/>.</summary>
    public ushort ChecksumOffset { get; }

    /// <summary>True if the checksum is to be completed.</summary>
    public bool NeedsChecksum => (Flags & NeedsChecksumFlag) != 0;

    /// <summary>True for a super-frame.</summary>
    public bool IsSuperFrame => GsoType != GsoNone;

    /// <summary>Reads the header that stands at the start of <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than <see cref="Size"/> bytes.</exception>
    public static VirtioNetHeader Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<VirtioNetHeader>(bytes);
}
