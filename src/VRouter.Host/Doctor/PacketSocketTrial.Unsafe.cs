using VRouter.Io.Linux;

namespace VRouter.Host.Doctor;

/// <summary>Tries packet sockets and what ports ask of them. The sockets are bound to no interface.</summary>
internal static unsafe class PacketSocketTrial
{
    private const string Use = "ports of driver af-packet need it";

    public static Check Socket() => Try("af-packet", "packet sockets", Use, Libc.AF_PACKET, CheckStatus.Missing, _ => 0);

    public static Check Ring() => Try("tpacket-v3", "receive rings in shared memory (TPACKET_V3)", Use, Libc.AF_PACKET, CheckStatus.Missing, SetRing);

    public static Check IgnoreOutgoing() => Try("packet-ignore-outgoing", "packet sockets that leave out the host's own frames", Use,
        Libc.AF_PACKET, CheckStatus.Missing, socket => SetOption(socket, Libc.PACKET_IGNORE_OUTGOING, 1));

    public static Check VnetHeader() => Try("packet-vnet-hdr", "offload metadata on packet sockets", Use,
        Libc.AF_PACKET, CheckStatus.Missing, socket => SetOption(socket, Libc.PACKET_VNET_HDR, 1));

    public static Check Xdp() => Try("af-xdp", "AF_XDP sockets", "this version uses af-packet", Libc.AF_XDP, CheckStatus.Absent, _ => 0);

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

    private static int SetRing(int socket)
    {
        if (SetOption(socket, Libc.PACKET_VERSION, Libc.TPACKET_V3) < 0)
            return -1;
        const uint block = 1 << 16;
        var ring = new Libc.TPacketReq3 { BlockSize = block, BlockCount = 2, FrameSize = 2048, FrameCount = 2 * block / 2048, RetireTimeout = 1 };
        return Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_RX_RING, &ring, (uint)sizeof(Libc.TPacketReq3));
    }

    private static int SetOption(int socket, int option, int value) =>
        Libc.setsockopt(socket, Libc.SOL_PACKET, option, &value, sizeof(int));
}
