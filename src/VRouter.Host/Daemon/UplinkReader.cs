using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>Finds what the configuration leaves to the host: the uplink's address, gateway, MTU and MAC address.</summary>
public static class UplinkReader
{
    /// <summary>The uplink's facts, or null and why there are none.</summary>
    /// <param name="host">The host.</param>
    /// <param name="given">spec.uplink.</param>
    /// <param name="node">The node's own address in the resources: of an interface's several addresses it is the one; without any it stands in.</param>
    /// <param name="complaint">Why there are none.</param>
    public static UplinkFacts? Read(HostState host, UplinkConfiguration given, IPv4InterfaceAddress node, out string complaint)
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

        return UplinkFacts.Merge(given, new UplinkFacts
        {
            Interface = link.Name,
            Address = AddressOf(host, link, node.Address) ?? node,
            Gateway = GatewayOf(host, link),
            Mtu = link.Mtu,
            Mac = mac,
        });
    }

    /// <summary>What is strange about the uplink as the host has it.</summary>
    public static IEnumerable<Condition> Oddities(HostState host, UplinkFacts facts, IPv4Address node)
    {
        var subject = $"uplink {facts.Interface}";
        if (host.Find(facts.Interface) is not { } link)
        {
            yield return Condition.Error(subject, "the interface is gone; nothing is sent to other nodes until it is back");
            yield break;
        }

        if (!link.IsRunning)
            yield return Condition.Error(subject, link.IsUp ? "the interface has no carrier" : "the interface is down");
        var own = host.Addresses.Where(address => address.LinkIndex == link.Index).Select(address => address.Address).ToList();
        if (own.Count == 0)
            yield return Condition.Warning(subject + " address", $"the interface has no IPv4 address, so nobody answers ARP for {facts.Address.Address}");
        else if (!own.Contains(node))
            yield return Condition.Warning(subject + " address", $"the Node's address {node} is not on the interface, which has {string.Join(", ", own)}: tunnel packets to it may not arrive");
        if (facts.Gateway is null)
            yield return Condition.Warning(subject + " gateway", "the host has no default route through the interface: only nodes of its subnet are reached");
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
