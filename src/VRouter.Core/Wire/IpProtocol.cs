namespace VRouter.Core.Wire;

/// <summary>Assigned Internet protocol numbers (IANA).</summary>
public static class IpProtocol
{
    /// <summary>ICMP (RFC 792).</summary>
    public const byte Icmp = 1;

    /// <summary>IPv4 within IP (RFC 2003).</summary>
    public const byte IPv4 = 4;

    /// <summary>TCP (RFC 9293).</summary>
    public const byte Tcp = 6;

    /// <summary>UDP (RFC 768).</summary>
    public const byte Udp = 17;

    /// <summary>IPv6 within IP (RFC 4213 §3).</summary>
    public const byte IPv6 = 41;

    /// <summary>SCTP (RFC 9260).</summary>
    public const byte Sctp = 132;
}
