namespace VRouter.Io.Linux;

/// <content>Constants of these calls, under their C names; values of Linux on x86-64 and arm64.</content>
public static partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the man pages.
    public const int O_RDONLY = 0;
    public const int O_RDWR = 2;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    public const int F_DUPFD_CLOEXEC = 1030;
    public const int LOCK_EX = 2;
    public const int AT_EMPTY_PATH = 0x1000;

    public const short POLLIN = 1;

    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_POPULATE = 0x8000;

    public const int CLONE_NEWNET = 0x40000000;

    public const int IFNAMSIZ = 16;
    public const int AF_INET = 2;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;
    public const int AF_XDP = 44;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int MSG_PEEK = 0x02;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;

    public const int SOL_SOCKET = 1;
    public const int SO_ERROR = 4;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_RCVTIMEO = 20;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_DETACH_FILTER = 27;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_RCVBUFFORCE = 33;
    public const int SO_MARK = 36;
    public const int SO_COOKIE = 57;

    public const int SOL_PACKET = 263;
    public const int PACKET_RX_RING = 5;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_COPY_THRESH = 7;
    public const int PACKET_VERSION = 10;
    public const int PACKET_VNET_HDR = 15;
    public const int PACKET_FANOUT = 18;
    public const int PACKET_QDISC_BYPASS = 20;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int PACKET_FANOUT_HASH = 0;
    public const int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
    public const int PACKET_FANOUT_FLAG_IGNORE_OUTGOING = 0x4000;
    public const int TPACKET_V2 = 1;
    public const int ETH_P_ALL = 3;
    public const ushort BPF_RET = 0x06;
    public const uint TP_STATUS_KERNEL = 0;
    public const uint TP_STATUS_USER = 1 << 0;
    public const uint TP_STATUS_COPY = 1 << 1;
    public const uint TP_STATUS_VLAN_VALID = 1 << 4;
    public const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;

    public const nuint SIOCGIFNAME = 0x8910;
    public const nuint SIOCGIFFLAGS = 0x8913;
    public const nuint SIOCGIFMTU = 0x8921;
    public const uint ETHTOOL_GLINK = 0x0a;
    public const short IFF_UP = 0x1;

    public const int SOL_NETLINK = 270;
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_EXT_ACK = 11;

    public const nuint SIOCETHTOOL = 0x8946;

    public const nuint TUNSETIFF = 0x400454ca;
    public const nuint TUNSETOFFLOAD = 0x400454d0;
    public const nuint TUNSETVNETHDRSZ = 0x400454d8;
    public const nuint TUNGETIFF = 0x800454d2;
    public const nuint TUNSETSTEERINGEBPF = 0x800454e0;
    public const short IFF_TAP = 0x0002;
    public const short IFF_MULTI_QUEUE = 0x0100;
    public const short IFF_NO_PI = 0x1000;
    public const short IFF_VNET_HDR = 0x4000;
    public const short IFF_TUN_EXCL = unchecked((short)0x8000);
    public const nuint TUN_F_CSUM = 0x01;
    public const nuint TUN_F_TSO4 = 0x02;
    public const nuint TUN_F_TSO_ECN = 0x08;
    public const nuint TUN_F_USO4 = 0x20;
    public const nuint TUN_F_USO6 = 0x40;
#pragma warning restore CS1591, CA1707
}
