namespace VRouter.Core.Wire;

/// <summary>EtherType numbers (IEEE 802 Numbers, IANA), in host byte order.</summary>
public static class EtherType
{
    /// <summary>The lowest EtherType; below it the field is an IEEE 802.3 length (IEEE 802.3-2018 §3.2.6).</summary>
    public const ushort Minimum = 0x0600;

    /// <summary>IPv4 (RFC 894).</summary>
    public const ushort IPv4 = 0x0800;

    /// <summary>ARP (RFC 826).</summary>
    public const ushort Arp = 0x0806;

    /// <summary>A customer VLAN tag follows (IEEE 802.1Q).</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>IPv6 (RFC 2464).</summary>
    public const ushort IPv6 = 0x86dd;

    /// <summary>A service VLAN tag follows (IEEE 802.1ad).</summary>
    public const ushort QinQ = 0x88a8;
}
