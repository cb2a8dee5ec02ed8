namespace VRouter.Core.Wire;

/// <summary>The codes of <see cref="IcmpType.DestinationUnreachable"/> (RFC 792, RFC 1812 §5.2.7.1).</summary>
public static class IcmpUnreachableCode
{
    /// <summary>There is no route.</summary>
    public const byte Network = 0;

    /// <summary>The last router cannot reach the host.</summary>
    public const byte Host = 1;

    /// <summary>The destination does not speak the protocol.</summary>
    public const byte Protocol = 2;

    /// <summary>No one listens on the UDP port.</summary>
    public const byte Port = 3;

    /// <summary>Fragmentation needed, and DF set; carries the next hop's MTU (RFC 1191 §4).</summary>
    public const byte FragmentationNeeded = 4;

    /// <summary>A source route failed.</summary>
    public const byte SourceRouteFailed = 5;

    /// <summary>The network is administratively prohibited.</summary>
    public const byte NetworkProhibited = 9;

    /// <summary>The host is administratively prohibited.</summary>
    public const byte HostProhibited = 10;

    /// <summary>A filter forbids the communication.</summary>
    public const byte Prohibited = 13;
}
