namespace VRouter.Host.Routing;

/// <summary>How packets travel to a next hop.</summary>
public enum Encapsulation
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>In IPv4 (RFC 2003).</summary>
    Ipip,

    /// <summary>In VXLAN (RFC 7348).</summary>
    Vxlan,
}
