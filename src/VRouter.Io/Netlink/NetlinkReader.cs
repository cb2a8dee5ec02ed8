using System.Runtime.InteropServices;

namespace VRouter.Io.Netlink;

/// <summary>
/// Walks the messages of one datagram. Any bytes are safe input: a length that does not fit ends the walk and sets
/// <see cref="IsMalformed"/>.
/// </summary>
internal ref struct NetlinkReader
{
    private ReadOnlySpan<byte> rest;

    public NetlinkReader(ReadOnlySpan<byte> datagram) => rest = datagram;

    /// <summary>True once something that is no whole message was met.</summary>
    public bool IsMalformed { get; private set; }

    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (rest.IsEmpty)
            return false;
        if (!MemoryMarshal.TryRead<uint>(rest, out var length) || length < NetlinkMessage.HeaderSize || length > (uint)rest.Length)
        {
            IsMalformed = true;
            rest = default;
            return false;
        }

        message = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(rest[4..]),
            MemoryMarshal.Read<ushort>(rest[6..]),
            MemoryMarshal.Read<uint>(rest[8..]),
            rest[NetlinkMessage.HeaderSize..(int)length]);
        rest = rest[Math.Min(rest.Length, Align((int)length))..];
        return true;
    }

    /// <summary>Rounds up to the four bytes on which messages and attributes begin.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
