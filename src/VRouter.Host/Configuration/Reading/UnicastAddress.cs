using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Which addresses an interface can have.</summary>
internal static class UnicastAddress
{
    /// <summary>False for multicast, loopback, "this network" and class E (RFC 1122 §3.2.1.3).</summary>
    public static bool IsUsable(IPv4Address address) =>
        !address.IsMulticast && !address.IsLoopback && !address.IsThisNetwork && !address.IsClassE;
}
