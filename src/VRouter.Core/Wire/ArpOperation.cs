namespace VRouter.Core.Wire;

/// <summary>ARP operation codes (RFC 826).</summary>
public static class ArpOperation
{
    /// <summary>ares_op$REQUEST.</summary>
    public const ushort Request = 1;

    /// <summary>ares_op$REPLY.</summary>
    public const ushort Reply = 2;
}
