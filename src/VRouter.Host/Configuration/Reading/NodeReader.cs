using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads projectcalico.org/v3 Node.</summary>
internal static class NodeReader
{
    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        spec.Accept("addresses", "orchRefs", "wireguard", "ipv6VXLANTunnelAddr", "vxlanTunnelMACAddrV6");
        var errors = spec.Diagnostics.ErrorCount;
        var bgp = spec.Object("bgp");
        bgp?.Accept("asNumber", "ipv6Address", "routeReflectorClusterID");
        var node = new Node
        {
            Name = header.Name,
            Source = header.Source,
            Address = bgp?.Parsed<IPv4InterfaceAddress>("ipv4Address", TryParseAddress, "an IPv4 address with prefix length such as 172.16.6.47/24"),
            IpipTunnelAddress = bgp?.Address("ipv4IPIPTunnelAddr"),
            VxlanTunnelAddress = spec.Address("ipv4VXLANTunnelAddr"),
            GivenVtepMac = spec.Mac("vxlanTunnelMACAddr"),
        };
        bgp?.WarnOfUnknownFields();
        return spec.Diagnostics.ErrorCount == errors ? node : null;
    }

    private static bool TryParseAddress(ReadOnlySpan<char> text, out IPv4InterfaceAddress address) =>
        IPv4InterfaceAddress.TryParse(text, out address) && UnicastAddress.IsUsable(address.Address);
}
