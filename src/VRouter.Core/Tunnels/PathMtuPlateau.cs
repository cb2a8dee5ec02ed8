namespace VRouter.Core.Tunnels;

/// <summary>The MTUs that links commonly have (RFC 1191 §7, table 7-1): what to try where a router tells that a packet was too long, but not how much fits.</summary>
public static class PathMtuPlateau
{
    private static ReadOnlySpan<ushort> Plateaus => [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    /// <summary>The largest plateau below the total length of a packet that was too long; at least 68.</summary>
    public static int Below(int totalLength)
    {
        foreach (var plateau in Plateaus)
        {
            if (plateau < totalLength)
                return plateau;
        }

        return Plateaus[^1];
    }
}
