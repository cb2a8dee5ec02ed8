namespace VRouter.Core.Wire;

/// <summary>ICMP message types (RFC 792, IANA).</summary>
public static class IcmpType
{
    /// <summary>Echo reply.</summary>
    public const byte EchoReply = 0;

    /// <summary>Destination unreachable; the codes are in <see cref="IcmpUnreachableCode"/>.</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Source quench, deprecated (RFC 6633).</summary>
    public const byte SourceQuench = 4;

    /// <summary>Redirect.</summary>
    public const byte Redirect = 5;

    /// <summary>Echo request.</summary>
    public const byte EchoRequest = 8;

    /// <summary>Time exceeded; the codes are in <see cref="IcmpTimeExceededCode"/>.</summary>
    public const byte TimeExceeded = 11;

    /// <summary>Parameter problem.</summary>
    public const byte ParameterProblem = 12;

    /// <summary>Timestamp; up to 18 (address mask reply) all types are queries and their replies (RFC 792, RFC 950).</summary>
    public const byte Timestamp = 13;

    private const byte LastQuery = 18;

    /// <summary>True for the types that report an error about a packet that they quote; none is ever sent about one (RFC 1812 §4.3.2.7).</summary>
    public static bool IsError(byte type) =>
        type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;

    /// <summary>
    /// True for the types that are known to report no error: echo, timestamp, information, address mask. What an unknown type means nobody can tell, so no error is sent
    /// about it either, as Linux has it.
    /// </summary>
    public static bool IsQuery(byte type) => type is EchoReply or EchoRequest or (>= Timestamp and <= LastQuery);
}
