namespace VRouter.Host.Configuration.Resources;

/// <summary>How strictly the VXLAN header of received packets is read.</summary>
public enum VxlanProfile
{
    /// <summary>Reserved bits are ignored (RFC 7348 §5).</summary>
    Rfc,

    /// <summary>A reserved bit that is set makes the packet invalid, as on Linux.</summary>
    Strict,
}
