using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Routing;

/// <summary>What is known of the uplink once the configuration and the host's own settings are put together.</summary>
public sealed record UplinkFacts
{
    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>The interface's address and subnet.</summary>
    public required IPv4InterfaceAddress Address { get; init; }

    /// <summary>The default gateway, or null if there is none.</summary>
    public IPv4Address? Gateway { get; init; }

    /// <summary>The IP MTU in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>The MAC address that the router sends from and receives on.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>What the configuration gives, and for the rest what the host says.</summary>
    /// <param name="given">spec.uplink.</param>
    /// <param name="host">The interface as the host has it.</param>
    public static UplinkFacts Merge(UplinkConfiguration given, UplinkFacts host) => host with
    {
        Interface = given.Interface,
        Address = given.Address ?? host.Address,
        Gateway = given.Gateway ?? host.Gateway,
        Mtu = given.Mtu ?? host.Mtu,
        Mac = given.Mac ?? host.Mac,
    };
}
