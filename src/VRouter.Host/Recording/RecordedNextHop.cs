using System.Text.Json;
using VRouter.Core.Wire;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>As <see cref="NextHop"/>.</summary>
/// <param name="Address">The router.</param>
/// <param name="Encapsulation">How packets travel to it.</param>
/// <param name="VtepMac">Vxlan: the far VTEP.</param>
/// <param name="IsOnLink">A neighbor on the uplink whatever its subnet is.</param>
internal sealed record RecordedNextHop(IPv4Address Address, Encapsulation Encapsulation, MacAddress? VtepMac = null, bool IsOnLink = false)
{
    /// <summary>Describes a next hop.</summary>
    public static RecordedNextHop Of(NextHop hop) =>
        new(hop.Address, hop.Encapsulation, hop.Encapsulation == Encapsulation.Vxlan ? hop.VtepMac : null, hop.IsOnLink);

    /// <summary>The next hop.</summary>
    /// <exception cref="JsonException">There is no such one.</exception>
    public NextHop ToNextHop() => (Encapsulation, VtepMac, IsOnLink) switch
    {
        (Encapsulation.None, null, true) => NextHop.OnLink(Address),
        (Encapsulation.None, null, false) => NextHop.Plain(Address),
        (Encapsulation.Ipip, null, false) => NextHop.Ipip(Address),
        (Encapsulation.Vxlan, { } mac, false) => NextHop.Vxlan(Address, mac),
        _ => throw new JsonException($"the next hop {Address} is of no kind that exists"),
    };
}
