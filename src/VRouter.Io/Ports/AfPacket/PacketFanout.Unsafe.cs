using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// Parts the frames of one interface among several packet sockets (packet(7) PACKET_FANOUT): by a hash of addresses and L4 ports that is the same for both
/// directions, so that all packets of a flow reach one socket, in their order. Fragments have no ports: those of one pair of addresses keep together.
/// </summary>
internal static unsafe class PacketFanout
{
    private const int GroupMask = 0xffff;
    private const int TypeShift = 16;

    /// <summary>
    /// Makes the sockets one group. Each must have been <see cref="Mute"/>d and then bound to the same interface; all receive when this returns, none before,
    /// so that no frame is seen by two of them.
    /// </summary>
    /// <returns>Null, or why not: EINVAL before Linux 6.2, whose groups see what the host sends.</returns>
    public static LinuxError? Join(IReadOnlyList<FileDescriptor> sockets)
    {
        var group = 0;
        for (var i = 0; i < sockets.Count; i++)
        {
            var flags = Libc.PACKET_FANOUT_HASH | Libc.PACKET_FANOUT_FLAG_IGNORE_OUTGOING | (i == 0 ? Libc.PACKET_FANOUT_FLAG_UNIQUEID : 0);
            var value = group | (flags << TypeShift);
            if (Libc.setsockopt(sockets[i].Number, Libc.SOL_PACKET, Libc.PACKET_FANOUT, &value, sizeof(int)) < 0)
                return LinuxError.Last("setsockopt(PACKET_FANOUT)", "several workers on one interface need Linux 6.2");
            if (i == 0 && !TryGetGroup(sockets[0], out group))
                return LinuxError.Last("getsockopt(PACKET_FANOUT)");
        }

        foreach (var socket in sockets)
        {
            var ignored = 0;
            if (Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_DETACH_FILTER, &ignored, sizeof(int)) < 0)
                return LinuxError.Last("setsockopt(SO_DETACH_FILTER)");
        }

        return null;
    }

    /// <summary>Lets a socket receive nothing, by a filter of one instruction: return 0.</summary>
    public static LinuxError? Mute(FileDescriptor socket)
    {
        var nothing = new Libc.SockFilter { Code = Libc.BPF_RET };
        var program = new Libc.SockFProg { Length = 1, Filter = &nothing };
        return Libc.setsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, &program, (uint)sizeof(Libc.SockFProg)) < 0
            ? LinuxError.Last("setsockopt(SO_ATTACH_FILTER)")
            : null;
    }

    private static bool TryGetGroup(FileDescriptor socket, out int group)
    {
        var value = 0;
        uint length = sizeof(int);
        var done = Libc.getsockopt(socket.Number, Libc.SOL_PACKET, Libc.PACKET_FANOUT, &value, &length) >= 0;
        group = value & GroupMask;
        return done;
    }
}
