namespace VRouter.Host.Configuration.Reading;

/// <summary>Which IP MTUs can be, in bytes.</summary>
internal static class MtuLimits
{
    /// <summary>Every link carries packets of 68 bytes (RFC 791 §3.2).</summary>
    public const int Least = 68;

    /// <summary>What an uplink needs, so that the longest encapsulation, VXLAN's 50 bytes, leaves <see cref="Least"/>.</summary>
    public const int LeastUplink = Least + 50;

    /// <summary>The longest IPv4 packet (RFC 791 §3.1).</summary>
    public const int Greatest = 65535;
}
