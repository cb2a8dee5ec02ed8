using System.Runtime.InteropServices;
using VRouter.Io.Linux;

namespace VRouter.Io.Netlink;

/// <summary>Reads NLMSG_ERROR and NLMSG_DONE: an errno, and with extended acknowledgements the kernel's own sentence.</summary>
internal static class NetlinkAcknowledgement
{
    private const ushort MessageAttribute = 1; // NLMSGERR_ATTR_MSG

    /// <summary>Null if the message acknowledges success.</summary>
    public static LinuxError? Read(string operation, NetlinkMessage message)
    {
        if (!MemoryMarshal.TryRead<int>(message.Payload, out var code))
            return new LinuxError(operation, Errno.EBADMSG, "the kernel's acknowledgement is truncated");
        if (code == 0)
            return null;
        return new LinuxError(operation, new Errno(code == int.MinValue ? int.MaxValue : Math.Abs(code)), Sentence(message));
    }

    private static string? Sentence(NetlinkMessage message)
    {
        if ((message.Flags & NetlinkType.FlagAckAttributes) == 0)
            return null;
        var rest = message.Payload[sizeof(int)..];
        if (message.Type == NetlinkType.Error)
        {
            // The request follows: its header only if the acknowledgement is capped, else all of it.
            if (!MemoryMarshal.TryRead<int>(rest, out var length))
                return null;
            var skip = (message.Flags & NetlinkType.FlagCapped) != 0 ? NetlinkMessage.HeaderSize : length;
            if (skip < NetlinkMessage.HeaderSize || skip > rest.Length)
                return null;
            rest = rest[Math.Min(rest.Length, NetlinkReader.Align(skip))..];
        }

        var attributes = new NetlinkAttributeReader(rest);
        while (attributes.Next())
        {
            if (attributes.Type == MessageAttribute)
                return attributes.Text();
        }

        return null;
    }
}
