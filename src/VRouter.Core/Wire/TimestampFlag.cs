namespace VRouter.Core.Wire;

/// <summary>What a timestamp option asks for: the low four bits of its fourth byte (RFC 791 §3.1).</summary>
public static class TimestampFlag
{
    /// <summary>The bits of the flag; the others count routers that found no room.</summary>
    public const byte Mask = 0x0f;

    /// <summary>Times alone.</summary>
    public const byte TimeOnly = 0;

    /// <summary>Each time behind the address of the router that wrote it.</summary>
    public const byte AddressAndTime = 1;

    /// <summary>The sender has written the addresses of those who may write their time behind them.</summary>
    public const byte Prespecified = 3;
}
