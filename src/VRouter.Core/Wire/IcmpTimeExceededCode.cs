namespace VRouter.Core.Wire;

/// <summary>The codes of <see cref="IcmpType.TimeExceeded"/> (RFC 792).</summary>
public static class IcmpTimeExceededCode
{
    /// <summary>The TTL reached zero in transit.</summary>
    public const byte Transit = 0;

    /// <summary>Not all fragments came in time.</summary>
    public const byte Reassembly = 1;
}
