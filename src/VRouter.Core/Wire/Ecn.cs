namespace VRouter.Core.Wire;

/// <summary>The codepoints of the two ECN bits (RFC 3168 §5).</summary>
public static class Ecn
{
    /// <summary>Not ECN-capable transport.</summary>
    public const byte NotEct = 0;

    /// <summary>ECN-capable transport, ECT(1).</summary>
    public const byte Ect1 = 1;

    /// <summary>ECN-capable transport, ECT(0).</summary>
    public const byte Ect0 = 2;

    /// <summary>Congestion experienced.</summary>
    public const byte Ce = 3;

    /// <summary>The bits of the TOS byte that hold the codepoint.</summary>
    public const byte Mask = 3;
}
