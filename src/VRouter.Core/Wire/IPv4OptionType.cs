namespace VRouter.Core.Wire;

/// <summary>Types of IPv4 options (RFC 791 §3.1, RFC 2113, IANA), the copied flag included.</summary>
public static class IPv4OptionType
{
    /// <summary>Ends the list; what stands behind it is padding. One byte.</summary>
    public const byte EndOfList = 0;

    /// <summary>Fills up. One byte.</summary>
    public const byte NoOperation = 1;

    /// <summary>Record route: routers write their addresses down.</summary>
    public const byte RecordRoute = 7;

    /// <summary>Internet timestamp: routers write the time down, with or without their addresses.</summary>
    public const byte Timestamp = 68;

    /// <summary>Loose source and record route.</summary>
    public const byte LooseSourceRoute = 131;

    /// <summary>Strict source and record route.</summary>
    public const byte StrictSourceRoute = 137;

    /// <summary>Router alert (RFC 2113).</summary>
    public const byte RouterAlert = 148;

    private const byte CopiedFlag = 0x80;

    /// <summary>True for options that all fragments of a packet have, not the first alone.</summary>
    public static bool IsCopied(byte type) => (type & CopiedFlag) != 0;
}
