using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>bpf(2), which libc has no function for.</content>
public static unsafe partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the man pages and linux/bpf.h.
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_MAP_UPDATE_ELEM = 2;
    public const int BPF_MAP_DELETE_ELEM = 3;
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_LINK_CREATE = 28;
    public const int BPF_LINK_UPDATE = 29;
    public const int BPF_MAP_TYPE_LRU_HASH = 9;
    public const int BPF_MAP_TYPE_LPM_TRIE = 11;
    public const int BPF_MAP_TYPE_XSKMAP = 17;
    public const uint BPF_F_NO_PREALLOC = 1;
    public const int BPF_PROG_TYPE_SOCKET_FILTER = 1;
    public const int BPF_PROG_TYPE_SCHED_CLS = 3;
    public const int BPF_PROG_TYPE_XDP = 6;
    public const int BPF_XDP = 37;
    public const int BPF_TCX_EGRESS = 47;
    public const uint BPF_F_BEFORE = 1 << 3;
    public const int BPF_ADJ_ROOM_MAC = 1;
    public const ulong BPF_F_ADJ_ROOM_FIXED_GSO = 1 << 0;
    public const ulong BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 = 1 << 1;
    public const ulong BPF_F_ADJ_ROOM_ENCAP_L4_UDP = 1 << 4;
    public const ulong BPF_F_ADJ_ROOM_ENCAP_L2_ETH = 1 << 6;
    public const int BPF_ADJ_ROOM_ENCAP_L2_SHIFT = 56;
    public const int TCX_NEXT = -1;
    public const int TCX_DROP = 2;
    public const uint XDP_FLAGS_SKB_MODE = 1 << 1;
    public const uint XDP_FLAGS_DRV_MODE = 1 << 2;
    public const int XDP_DROP = 1;
    public const int XDP_PASS = 2;
#pragma warning restore CS1591, CA1707

    private static readonly nint BpfNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>bpf(2): a new descriptor, 0, or a negative number.</summary>
    public static int bpf(int command, void* attributes, uint size) => (int)syscall(BpfNumber, command, (nint)attributes, (nint)size);

    [LibraryImport(Name, SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);
}
