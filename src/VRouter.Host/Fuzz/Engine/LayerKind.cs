namespace VRouter.Host.Fuzz.Engine;

/// <summary>The protocol of a header.</summary>
internal enum LayerKind
{
    /// <summary>Ethernet, 14 bytes.</summary>
    Ethernet,

    /// <summary>A VLAN tag behind the Ethernet addresses, 4 bytes with the type that follows.</summary>
    Vlan,

    /// <summary>ARP for IPv4 over Ethernet.</summary>
    Arp,

    /// <summary>IPv4.</summary>
    IPv4,

    /// <summary>ICMP.</summary>
    Icmp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>VXLAN.</summary>
    Vxlan,
}
