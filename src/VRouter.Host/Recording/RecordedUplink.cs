using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>As <see cref="UplinkFacts"/>.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Address">Its address.</param>
/// <param name="PrefixLength">The length of its subnet's prefix.</param>
/// <param name="Mtu">The IP MTU in bytes.</param>
/// <param name="Mac">Its MAC address.</param>
/// <param name="Gateway">The default gateway, or null.</param>
internal sealed record RecordedUplink(string Interface, IPv4Address Address, int PrefixLength, int Mtu, MacAddress Mac, IPv4Address? Gateway = null)
{
    /// <summary>Describes facts.</summary>
    public static RecordedUplink Of(UplinkFacts facts) =>
        new(facts.Interface, facts.Address.Address, facts.Address.PrefixLength, facts.Mtu, facts.Mac, facts.Gateway);

    /// <summary>The facts.</summary>
    public UplinkFacts ToFacts() => new()
    {
        Interface = Interface,
        Address = new IPv4InterfaceAddress(Address, PrefixLength),
        Gateway = Gateway,
        Mtu = Mtu,
        Mac = Mac,
    };
}
