using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>Finds what the configuration leaves to the host: the uplink's address, gateway, MTU and MAC address.</summary>
public static class UplinkReader
{
    /// <summary>The uplink's facts, or null and why there are none, in words that begin with the interface's name.</summary>
    /// <param name="host">The host.</param>
    /// <param name="given">spec.uplink.</param>
    /// <param name="nodeAddress">The address that other nodes know this one by: of several addresses it is the one.</param>
    /// <param name="complaint">Why there are none.</param>
    public static UplinkFacts? Read(HostState host, UplinkConfiguration given, IPv4Address nodeAddress, out string complaint)
    {
        complaint = "";
        if (host.Find(given.Interface) is not { } link)
        {
            complaint = $"'{given.Interface}' is no interface of this host, which has {string.Join(", ", host.Links.Select(known => known.Name))}";
            return null;
        }

        if (link is not { HardwareType: Link.EthernetHardwareType, Mac: { } mac })
        {
            complaint = $"'{given.Interface}' is not an Ethernet interface";
            return null;
        }

        if ((given.Address ?? AddressOf(host, link, nodeAddress)) is not { } address)
        {
            complaint = $"'{given.Interface}' has no IPv4 address yet; give it one, or write it into spec.uplink.address";
            return null;
        }

        return UplinkFacts.Merge(given, new UplinkFacts
        {
            Interface = link.Name,
            Address = address,
            Gateway = GatewayOf(host, link),
            Mtu = link.Mtu,
            Mac = mac,
        });
    }

    private static IPv4InterfaceAddress? AddressOf(HostState host, Link link, IPv4Address nodeAddress) => host.Addresses
        .Where(address => address.LinkIndex == link.Index)
        .OrderByDescending(address => address.Address == nodeAddress)
        .ThenBy(address => address.IsSecondary)
        .Select(address => new IPv4InterfaceAddress(address.Address, address.PrefixLength))
        .Cast<IPv4InterfaceAddress?>()
        .FirstOrDefault();

    private static IPv4Address? GatewayOf(HostState host, Link link) => host.DefaultRoutes
        .SelectMany(route => route.NextHops)
        .Where(hop => hop.LinkIndex == link.Index)
        .Select(hop => hop.Gateway)
        .FirstOrDefault(gateway => gateway is not null);
}
