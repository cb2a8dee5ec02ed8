namespace VRouter.Host.Api;

/// <summary>A tunnel to another node.</summary>
/// <param name="Kind">ipip or vxlan.</param>
/// <param name="Node">The other node's name, or null if no resource has the address.</param>
/// <param name="Local">Outer source.</param>
/// <param name="Remote">Outer destination.</param>
/// <param name="Vni">vxlan: the network identifier.</param>
/// <param name="L4Port">vxlan: the UDP destination port.</param>
/// <param name="RemoteMac">vxlan: the MAC address of the far VTEP.</param>
/// <param name="Mtu">The largest inner packet in bytes.</param>
/// <param name="PathMtu">What an ICMP error told of the path: the largest outer packet; null if nothing is known.</param>
/// <param name="PathMtuAgeSeconds">How long ago it was told; after 600 seconds it is forgotten.</param>
public sealed record TunnelView(
    string Kind, string? Node, string Local, string Remote, uint? Vni, int? L4Port, string? RemoteMac, int? Mtu, int? PathMtu, long? PathMtuAgeSeconds);
