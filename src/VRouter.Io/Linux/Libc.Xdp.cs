using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>AF_XDP sockets: linux/if_xdp.h.</content>
public static partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the kernel's documentation of AF_XDP.
    public const int SOL_XDP = 283;
    public const int XDP_MMAP_OFFSETS = 1;
    public const int XDP_RX_RING = 2;
    public const int XDP_TX_RING = 3;
    public const int XDP_UMEM_REG = 4;
    public const int XDP_UMEM_FILL_RING = 5;
    public const int XDP_UMEM_COMPLETION_RING = 6;
    public const int XDP_STATISTICS = 7;
    public const int XDP_MAX_TX_SKB_BUDGET = 9;
    public const ushort XDP_SHARED_UMEM = 1;
    public const ushort XDP_COPY = 1 << 1;
    public const ushort XDP_USE_NEED_WAKEUP = 1 << 3;
    public const uint XDP_UMEM_UNALIGNED_CHUNK_FLAG = 1;
    public const uint XDP_RING_NEED_WAKEUP = 1;
    public const long XDP_PGOFF_RX_RING = 0;
    public const long XDP_PGOFF_TX_RING = 0x80000000;
    public const long XDP_UMEM_PGOFF_FILL_RING = 0x100000000;
    public const long XDP_UMEM_PGOFF_COMPLETION_RING = 0x180000000;
    public const int XDP_PACKET_HEADROOM = 256;
    public const int XSK_UNALIGNED_BUF_OFFSET_SHIFT = 48;
#pragma warning restore CS1591, CA1707

    /// <summary>struct sockaddr_xdp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SockAddrXdp
    {
        /// <summary><see cref="AF_XDP"/>.</summary>
        public ushort Family;

        /// <summary>XDP_COPY and others.</summary>
        public ushort Flags;

        /// <summary>The interface's index.</summary>
        public int IfIndex;

        /// <summary>The queue.</summary>
        public uint QueueId;

        /// <summary>With XDP_SHARED_UMEM: a bound socket that has the memory.</summary>
        public int SharedUmemFd;
    }

    /// <summary>struct xdp_umem_reg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpUmemReg
    {
        /// <summary>The memory's first byte, at the start of a page.</summary>
        public ulong Address;

        /// <summary>Its length in bytes.</summary>
        public ulong Length;

        /// <summary>Bytes per chunk.</summary>
        public uint ChunkSize;

        /// <summary>Bytes that the kernel leaves free in each chunk, besides XDP_PACKET_HEADROOM.</summary>
        public uint Headroom;

        /// <summary>XDP_UMEM_UNALIGNED_CHUNK_FLAG.</summary>
        public uint Flags;

        /// <summary>Bytes of metadata in front of frames to send.</summary>
        public uint TxMetadataLength;
    }

    /// <summary>struct xdp_ring_offset: where the parts of a ring are in its mapping.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpRingOffset
    {
        /// <summary>The producer's index.</summary>
        public ulong Producer;

        /// <summary>The consumer's index.</summary>
        public ulong Consumer;

        /// <summary>The entries.</summary>
        public ulong Descriptors;

        /// <summary>XDP_RING_NEED_WAKEUP.</summary>
        public ulong Flags;
    }

    /// <summary>struct xdp_mmap_offsets.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpMmapOffsets
    {
        /// <summary>The receive ring.</summary>
        public XdpRingOffset Rx;

        /// <summary>The transmit ring.</summary>
        public XdpRingOffset Tx;

        /// <summary>The fill ring.</summary>
        public XdpRingOffset Fill;

        /// <summary>The completion ring.</summary>
        public XdpRingOffset Completion;
    }

    /// <summary>struct xdp_desc: an entry of the receive and transmit rings.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpDesc
    {
        /// <summary>Where the frame is, counted from the memory's start; in the upper 16 bits an offset to be added.</summary>
        public ulong Address;

        /// <summary>Its bytes.</summary>
        public uint Length;

        /// <summary>XDP_PKT_CONTD and others.</summary>
        public uint Options;
    }

    /// <summary>struct xdp_statistics; the counters run since the socket was opened.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpStatistics
    {
        /// <summary>Frames dropped: no free frame in the fill ring, or longer than a chunk.</summary>
        public ulong RxDropped;

        /// <summary>Invalid entries of the fill ring.</summary>
        public ulong RxInvalidDescriptors;

        /// <summary>Invalid entries of the transmit ring.</summary>
        public ulong TxInvalidDescriptors;

        /// <summary>Frames dropped because the receive ring was full.</summary>
        public ulong RxRingFull;

        /// <summary>How often the fill ring was empty; such frames are in <see cref="RxDropped"/> too.</summary>
        public ulong RxFillRingEmpty;

        /// <summary>How often the transmit ring was found empty.</summary>
        public ulong TxRingEmpty;
    }
}
