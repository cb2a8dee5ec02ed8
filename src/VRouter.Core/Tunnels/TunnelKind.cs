namespace VRouter.Core.Tunnels;

/// <summary>The encapsulation of a tunnel.</summary>
public enum TunnelKind : byte
{
    /// <summary>IPv4 in IPv4 (RFC 2003).</summary>
    Ipip,

    /// <summary>VXLAN over UDP over IPv4 (RFC 7348).</summary>
    Vxlan,
}
