using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>The C structures of these calls, field for field, for 64-bit Linux.</content>
public static unsafe partial class Libc
{
    /// <summary>struct pollfd, poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        /// <summary>The descriptor; a negative one is ignored.</summary>
        public int Fd;

        /// <summary>The requested events (<see cref="POLLIN"/> and others).</summary>
        public short Events;

        /// <summary>What happened.</summary>
        public short Revents;
    }

    /// <summary>struct iovec, readv(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVec
    {
        /// <summary>First byte.</summary>
        public void* Base;

        /// <summary>Length in bytes.</summary>
        public nuint Length;
    }

    /// <summary>struct msghdr, recvmsg(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MsgHdr
    {
        /// <summary>The peer's address, or null.</summary>
        public void* Name;

        /// <summary>Its length.</summary>
        public uint NameLength;

        /// <summary>The buffers.</summary>
        public IoVec* Vectors;

        /// <summary>How many.</summary>
        public nuint VectorCount;

        /// <summary>Ancillary data, or null.</summary>
        public void* Control;

        /// <summary>Its length.</summary>
        public nuint ControlLength;

        /// <summary>Flags on received messages.</summary>
        public int Flags;
    }

    /// <summary>struct mmsghdr, sendmmsg(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MMsgHdr
    {
        /// <summary>The message.</summary>
        public MsgHdr Header;

        /// <summary>How many of its bytes were sent.</summary>
        public uint Sent;
    }

    /// <summary>struct timeval, socket(7) SO_RCVTIMEO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeVal
    {
        /// <summary>Seconds.</summary>
        public long Seconds;

        /// <summary>Microseconds.</summary>
        public long Microseconds;
    }

    /// <summary>struct sockaddr_ll, packet(7). The protocol is in network byte order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SockAddrLl
    {
        /// <summary><see cref="AF_PACKET"/>.</summary>
        public ushort Family;

        /// <summary>The EtherType in network byte order.</summary>
        public ushort Protocol;

        /// <summary>The interface's index.</summary>
        public int IfIndex;

        /// <summary>ARPHRD_* of the interface.</summary>
        public ushort HardwareType;

        /// <summary>PACKET_HOST, PACKET_BROADCAST and so on.</summary>
        public byte PacketType;

        /// <summary>Bytes used of <see cref="Address"/>.</summary>
        public byte AddressLength;

        /// <summary>The link-layer address.</summary>
        public ulong Address;
    }

    /// <summary>struct sockaddr_nl, netlink(7).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SockAddrNl
    {
        /// <summary><see cref="AF_NETLINK"/>.</summary>
        public ushort Family;

        private readonly ushort pad;

        /// <summary>The port id; 0 is the kernel.</summary>
        public uint PortId;

        /// <summary>The mask of multicast groups.</summary>
        public uint Groups;
    }

    /// <summary>struct ifreq, netdevice(7): a name and a union of 24 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IfReq
    {
        /// <summary>The interface's name, zero terminated.</summary>
        public IfName Name;

        /// <summary>The union; which member it is depends on the request.</summary>
        public IfReqValue Value;

        /// <summary>The union as ifr_flags.</summary>
        public short Flags
        {
            readonly get => Unsafe.As<IfReqValue, short>(ref Unsafe.AsRef(in Value));
            set => Unsafe.As<IfReqValue, short>(ref Value) = value;
        }
    }

    /// <summary>IFNAMSIZ bytes.</summary>
    [InlineArray(IFNAMSIZ)]
    public struct IfName
    {
        private byte first;
    }

    /// <summary>The union of struct ifreq.</summary>
    [InlineArray(3)]
    public struct IfReqValue
    {
        private ulong first;
    }

    /// <summary>struct tpacket_req, packet(7) PACKET_RX_RING.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TPacketReq
    {
        /// <summary>Bytes per block, a multiple of the page size.</summary>
        public uint BlockSize;

        /// <summary>Number of blocks.</summary>
        public uint BlockCount;

        /// <summary>Bytes per slot, a multiple of 16; slots do not cross blocks.</summary>
        public uint FrameSize;

        /// <summary>Number of slots: blocks times slots per block.</summary>
        public uint FrameCount;
    }

    /// <summary>struct tpacket2_hdr, at the head of each slot of a ring.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TPacket2Hdr
    {
        /// <summary>TP_STATUS_*: who owns the slot, and what is in it.</summary>
        public uint Status;

        /// <summary>Bytes of the frame.</summary>
        public uint Length;

        /// <summary>Bytes of it that are in the slot.</summary>
        public uint SnapLength;

        /// <summary>Where the Ethernet header is, counted from the slot's start.</summary>
        public ushort Mac;

        /// <summary>Where the network header is.</summary>
        public ushort Net;

        /// <summary>Time of receipt, seconds.</summary>
        public uint Seconds;

        /// <summary>Time of receipt, nanoseconds.</summary>
        public uint Nanoseconds;

        /// <summary>The VLAN tag's control field.</summary>
        public ushort VlanTci;

        /// <summary>The VLAN tag's EtherType.</summary>
        public ushort VlanTpid;

        private readonly uint padding;
    }

    /// <summary>struct sock_filter, linux/filter.h: an instruction of classic BPF.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SockFilter
    {
        /// <summary>BPF_*: what to do.</summary>
        public ushort Code;

        /// <summary>Instructions to pass over if the comparison holds.</summary>
        public byte JumpTrue;

        /// <summary>Instructions to pass over if it does not.</summary>
        public byte JumpFalse;

        /// <summary>The operand.</summary>
        public uint Operand;
    }

    /// <summary>struct sock_fprog, socket(7) SO_ATTACH_FILTER.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SockFProg
    {
        /// <summary>Number of instructions.</summary>
        public ushort Length;

        /// <summary>The instructions.</summary>
        public SockFilter* Filter;
    }

    /// <summary>struct tpacket_stats, packet(7) PACKET_STATISTICS. Reading resets the kernel's counters.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TPacketStats
    {
        /// <summary>Frames seen, the dropped ones included.</summary>
        public uint Packets;

        /// <summary>Frames dropped for want of room in the ring.</summary>
        public uint Drops;
    }

    /// <summary>struct timespec, clock_gettime(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        /// <summary>Whole seconds.</summary>
        public long Seconds;

        /// <summary>The rest, 0 to 999,999,999.</summary>
        public long Nanoseconds;
    }
}
