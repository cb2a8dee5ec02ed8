namespace VRouter.Io.Netlink;

/// <summary>Message types and header flags of linux/netlink.h and linux/rtnetlink.h.</summary>
internal static class NetlinkType
{
    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort Overrun = 4;
    public const ushort NewLink = 16;
    public const ushort DelLink = 17;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DelAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort DelRoute = 25;
    public const ushort GetRoute = 26;

    public const ushort FlagRequest = 0x01;
    public const ushort FlagAck = 0x04;
    public const ushort FlagDumpInterrupted = 0x10;
    public const ushort FlagCapped = 0x100;
    public const ushort FlagAckAttributes = 0x200;
    public const ushort FlagDump = 0x300;
    public const ushort FlagExclusive = 0x200;
    public const ushort FlagCreate = 0x400;
}
