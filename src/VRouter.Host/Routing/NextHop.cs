using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>One way that a route leads. Made by its factories, so that only a VXLAN next hop has a VTEP, and always has one.</summary>
public sealed record NextHop
{
    private NextHop(IPv4Address address) => Address = address;

    /// <summary>The router that packets go to; for a tunnel its far end. It need not be on the link: the way to it is looked up.</summary>
    public IPv4Address Address { get; }

    /// <summary>How packets travel to it.</summary>
    public Encapsulation Encapsulation { get; private init; }

    /// <summary>Vxlan: the MAC address of the far VTEP.</summary>
    public MacAddress VtepMac { get; private init; }

    /// <summary>True if the address is a neighbor on the uplink, whatever the uplink's subnet is.</summary>
    public bool IsOnLink { get; private init; }

    /// <summary>A router that packets go to as they are.</summary>
    public static NextHop Plain(IPv4Address address) => new(address);

    /// <summary>A router that is a neighbor on the uplink.</summary>
    public static NextHop OnLink(IPv4Address address) => new(address) { IsOnLink = true };

    /// <summary>The far end of an IPIP tunnel.</summary>
    public static NextHop Ipip(IPv4Address address) => new(address) { Encapsulation = Encapsulation.Ipip };

    /// <summary>The far end of a VXLAN tunnel.</summary>
    public static NextHop Vxlan(IPv4Address address, MacAddress vtepMac) =>
        new(address) { Encapsulation = Encapsulation.Vxlan, VtepMac = vtepMac };

    /// <summary>"via 172.16.199.114 ipip".</summary>
    public override string ToString() => Encapsulation switch
    {
        Encapsulation.Ipip => $"via {Address} ipip",
        Encapsulation.Vxlan => $"via {Address} vxlan",
        _ => $"via {Address}",
    };
}
