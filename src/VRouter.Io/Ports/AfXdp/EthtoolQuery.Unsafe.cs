using System.Text;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>Asks an interface's driver, ethtool(8), through any socket of its network namespace.</summary>
internal static unsafe class EthtoolQuery
{
    // linux/ethtool.h.
    private const uint GetReceiveOffload = 0x2b;
    private const uint GetChannels = 0x3c;

    /// <summary>True if the kernel joins received segments before it hands them on; false also where nobody can tell.</summary>
    public static bool CoalescesReceived(FileDescriptor socket, string interfaceName)
    {
        // struct ethtool_value: the command, and the answer behind it.
        var value = stackalloc uint[] { GetReceiveOffload, 0 };
        return Ask(socket, interfaceName, value) && value[1] != 0;
    }

    /// <summary>The number of receive queues; 1 where the driver cannot tell.</summary>
    public static int ReceiveQueues(FileDescriptor socket, string interfaceName)
    {
        // struct ethtool_channels: the command, the four most possible counts, and the four present ones: rx, tx, other, combined.
        var channels = stackalloc uint[9];
        new Span<uint>(channels, 9).Clear();
        channels[0] = GetChannels;
        return Ask(socket, interfaceName, channels) ? Math.Max(1, (int)(channels[5] + channels[8])) : 1;
    }

    private static bool Ask(FileDescriptor socket, string interfaceName, uint* question)
    {
        var request = default(Libc.IfReq);
        if (Encoding.UTF8.GetByteCount(interfaceName) >= Libc.IFNAMSIZ)
            return false;
        Encoding.UTF8.GetBytes(interfaceName, request.Name);
        request.Value[0] = (ulong)question;
        return Libc.ioctl(socket.Number, Libc.SIOCETHTOOL, &request) >= 0;
    }
}
