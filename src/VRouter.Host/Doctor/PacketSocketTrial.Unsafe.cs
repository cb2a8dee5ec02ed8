using VRouter.Io.Linux;

namespace VRouter.Host.Doctor;

/// <summary>Tries packet sockets and what ports ask of them. The sockets are bound to no interface.</summary>
internal static unsafe class PacketSocketTrial
{
    private const string Use = "ports of driver af-packet need it";

    // linux/if_packet.h; this file alone uses them together.
    private const int TPacketV2 = 1;
    private const int TPacketV3 = 2;

    public static Check Socket() => Try("af-packet", "packet sockets", Use, Libc.AF_PACKET, CheckStatus.Missing, _ => 0);

    public static Check Ring() => Try("tpacket-v2", "receive rings of slots in shared memory (TPACKET_V2)", Use,
        Libc.AF_PACKET, CheckStatus.Missing, socket => SetRing(socket, TPacketV2));

    public static Check BlockRing() => Try("tpacket-v3", "receive rings of blocks in shared memory (TPACKET_V3)",
        "ports of driver af-packet use rings of slots, whose frames arrive one by one without delay", Libc.AF_PACKET, CheckStatus.Absent,
        socket => SetRing(socket, TPacketV3));

    public static Check IgnoreOutgoing() => Try("packet-ignore-outgoing", "packet sockets that leave out the host's own frames", Use,
        Libc.AF_PACKET, CheckStatus.Missing, socket => SetOption(socket, Libc.PACKET_IGNORE_OUTGOING, 1));

    public static Check VnetHeader() => Try("packet-vnet-hdr", "offload metadata on packet sockets", Use,
        Libc.AF_PACKET, CheckStatus.Missing, socket => SetOption(socket, Libc.PACKET_VNET_HDR, 1));

    public static Check Xdp() => Try("af-xdp", "AF_XDP sockets", XdpTrial.Note, Libc.AF_XDP, CheckStatus.Absent, _ => 0);

    private static Check Try(string name, string what, string note, int family, CheckStatus without, Func<int, int> use)
    {
        if (KernelModules.IsLoadable("af_packet") && family == Libc.AF_PACKET)
            return new Check(name, CheckStatus.Ok, "the kernel has a module 'af_packet', which is loaded when first used", note);
        var opened = FileDescriptor.FromCall(Libc.socket(family, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0), $"socket({name})");
        if (!opened.TryGet(out var socket, out var error))
            return Refused(name, without, error.Errno, note);
        using (socket)
        {
            return use(socket.Number) < 0
                ? Refused(name, without, Errno.Last, note)
                : new Check(name, CheckStatus.Ok, $"the kernel has {what}", note);
        }
    }

    private static Check Refused(string name, CheckStatus without, Errno errno, string note) => errno == Errno.EPERM
        ? new Check(name, CheckStatus.Unknown, "cannot be tried without CAP_NET_RAW", note)
        : new Check(name, without, $"the kernel refuses: {errno}", note);

    private static int SetRing(int socket, int version)
    {
        if (SetOption(socket, Libc.PACKET_VERSION, version) < 0)
            return -1;
        const uint block = 1 << 16;
        const uint slot = 2048;
        // struct tpacket_req3, of which tpacket_req is the beginning: size and number of blocks, size and number of slots, timeout, private size, features.
        var ring = stackalloc uint[] { block, 2, slot, 2 * block / slot, 1, 0, 0 };
        var size = (version == TPacketV2 ? 4 : 7) * sizeof(uint);
        return Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_RX_RING, ring, (uint)size);
    }

    private static int SetOption(int socket, int option, int value) =>
        Libc.setsockopt(socket, Libc.SOL_PACKET, option, &value, sizeof(int));
}
