namespace VRouter.Io.Netlink;

/// <summary>Attribute types that requests carry (IFLA_*, IFA_*, RTA_*).</summary>
internal static class LinkAttribute
{
    public const ushort Address = 1;
    public const ushort Name = 3;
    public const ushort Mtu = 4;
    public const ushort Info = 18;
    public const ushort InfoKind = 1;
    public const ushort NamespaceDescriptor = 28;
    public const ushort AddressPeer = 1;
    public const ushort AddressLocal = 2;
    public const ushort RouteDestination = 1;
    public const ushort RouteOutput = 4;
    public const ushort RouteGateway = 5;
}
