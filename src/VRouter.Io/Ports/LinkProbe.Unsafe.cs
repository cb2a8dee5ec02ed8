using VRouter.Io.Linux;

namespace VRouter.Io.Ports;

/// <summary>Asks the kernel for an interface's flags, carrier and MTU through any socket of its network namespace, netdevice(7). Allocates nothing.</summary>
internal sealed unsafe class LinkProbe(FileDescriptor socket, int interfaceIndex)
{
    private static readonly PortState Gone = PortState.Down("the interface is gone");
    private static readonly PortState Disabled = PortState.Down("the interface is down");
    private static readonly PortState NoCarrier = PortState.Down("the interface has no carrier");

    /// <summary>True if the interface was not found in the socket's network namespace.</summary>
    public static bool IsGone(PortState state) => ReferenceEquals(state.Reason, Gone.Reason);

    /// <summary>The interface's state now, and its MTU, which is left as it is if the interface is gone.</summary>
    public PortState Read(ref int mtu)
    {
        // By index first: the interface may have been renamed.
        var request = new Libc.IfReq { Value = default };
        *(int*)&request.Value = interfaceIndex;
        if (Libc.ioctl(socket.Number, Libc.SIOCGIFNAME, &request) < 0 || Libc.ioctl(socket.Number, Libc.SIOCGIFFLAGS, &request) < 0)
            return Gone;
        var flags = request.Flags;
        if (Libc.ioctl(socket.Number, Libc.SIOCGIFMTU, &request) < 0)
            return Gone;
        mtu = *(int*)&request.Value;
        return (flags & Libc.IFF_UP) == 0 ? Disabled : HasCarrier(ref request) ? PortState.Up : NoCarrier;
    }

    /// <summary>Asks the driver: IFF_RUNNING would be up to a second late. A driver that cannot tell counts as connected.</summary>
    private bool HasCarrier(ref Libc.IfReq request)
    {
        var question = stackalloc uint[2] { Libc.ETHTOOL_GLINK, 0 };
        fixed (Libc.IfReq* argument = &request)
        {
            *(uint**)&argument->Value = question;
            return Libc.ioctl(socket.Number, Libc.SIOCETHTOOL, argument) < 0 || question[1] != 0;
        }
    }
}
