using VRouter.Core.Wire;

namespace VRouter.Core.Tunnels;

/// <summary>Explicit congestion notification through a tunnel (RFC 6040): what goes out and what comes out.</summary>
public static class TunnelEcn
{
    /// <summary>What <see cref="Decapsulate"/> gives where the packet must be dropped.</summary>
    public const byte Drop = 0xff;

    // RFC 6040 §4.2, figure 4: a row for each inner codepoint, a column for each outer one, both in the order Not-ECT, ECT(1), ECT(0), CE.
    private static ReadOnlySpan<byte> Egress =>
    [
        Ecn.NotEct, Ecn.NotEct, Ecn.NotEct, Drop,
        Ecn.Ect1, Ecn.Ect1, Ecn.Ect1, Ecn.Ce,
        Ecn.Ect0, Ecn.Ect1, Ecn.Ect0, Ecn.Ce,
        Ecn.Ce, Ecn.Ce, Ecn.Ce, Ecn.Ce,
    ];

    /// <summary>The outer codepoint, in normal mode: the inner one (RFC 6040 §4.1).</summary>
    public static byte Encapsulate(byte inner) => (byte)(inner & Ecn.Mask);

    /// <summary>The codepoint that the inner packet goes on with, or <see cref="Drop"/>: congestion was seen, and the sender cannot be told.</summary>
    public static byte Decapsulate(byte inner, byte outer) => Egress[((inner & Ecn.Mask) << 2) | (outer & Ecn.Mask)];
}
