using VRouter.Core.Wire;

namespace VRouter.Core.Reassembly;

/// <summary>The ECN codepoint of a datagram that came in fragments (RFC 3168 §5.3).</summary>
internal static class FragmentEcn
{
    private const byte NotEct = 1 << Ecn.NotEct;
    private const byte CongestionExperienced = 1 << Ecn.Ce;

    /// <summary>The bit of a codepoint.</summary>
    public static byte BitOf(byte codepoint) => (byte)(1 << (codepoint & Ecn.Mask));

    /// <summary>
    /// Finds the codepoint: a congestion mark of one fragment is the datagram's; but it must not be lost in, or come to, a datagram of a transport that does not know ECN.
    /// Mixtures with Not-ECT that the RFC leaves open are refused too, as Linux does.
    /// </summary>
    /// <param name="codepoints">A bit for each codepoint that a fragment had.</param>
    /// <param name="ofFirst">The first fragment's.</param>
    /// <param name="codepoint">The whole datagram's.</param>
    /// <returns>False if it must be dropped.</returns>
    public static bool TryJoin(byte codepoints, byte ofFirst, out byte codepoint)
    {
        codepoint = (codepoints & CongestionExperienced) != 0 ? Ecn.Ce : ofFirst;
        return (codepoints & NotEct) == 0 || codepoints == NotEct;
    }
}
