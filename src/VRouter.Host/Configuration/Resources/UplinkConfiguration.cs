using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Resources;

/// <summary>spec.uplink of a RouterConfiguration: the interface that leads to the other nodes. What is null is read from the host.</summary>
public sealed record UplinkConfiguration
{
    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>auto, af-packet or af-xdp.</summary>
    public PortDriver Driver { get; init; }

    /// <summary>The interface's address and subnet.</summary>
    public IPv4InterfaceAddress? Address { get; init; }

    /// <summary>The default gateway.</summary>
    public IPv4Address? Gateway { get; init; }

    /// <summary>The IP MTU in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The MAC address that the router sends from and receives on.</summary>
    public MacAddress? Mac { get; init; }
}
