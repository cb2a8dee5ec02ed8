using System.Security.Cryptography;
using System.Text;
using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Resources;

/// <summary>A machine of the cluster (projectcalico.org/v3 Node).</summary>
public sealed record Node : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "Node";

    /// <summary>
    /// spec.bgp.ipv4Address: the address that other nodes reach this one by, and its subnet. Null only for nodes that take no part in
    /// routing: no block, no endpoint and no RouterConfiguration names them.
    /// </summary>
    public IPv4InterfaceAddress? Address { get; init; }

    /// <summary>spec.bgp.ipv4IPIPTunnelAddr: the address of the node's own end of IPIP tunnels, if it has one.</summary>
    public IPv4Address? IpipTunnelAddress { get; init; }

    /// <summary>spec.ipv4VXLANTunnelAddr: the address of the node's own end of VXLAN tunnels, if it has one.</summary>
    public IPv4Address? VxlanTunnelAddress { get; init; }

    /// <summary>
    /// The MAC address of the node's VTEP: spec.vxlanTunnelMACAddr, or else 0x66 and the first five bytes of the SHA-1 of the node's name,
    /// as Calico computes it.
    /// </summary>
    public MacAddress VtepMac => GivenVtepMac ?? VtepMacOf(Name);

    /// <summary>spec.vxlanTunnelMACAddr, if given.</summary>
    public MacAddress? GivenVtepMac { get; init; }

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, string.Empty, Name);

    /// <summary>The VTEP MAC that Calico computes from a node's name.</summary>
    public static MacAddress VtepMacOf(string nodeName)
    {
        Span<byte> mac = stackalloc byte[MacAddress.Size];
        mac[0] = 0x66;
        Sha1(nodeName).AsSpan(0, MacAddress.Size - 1).CopyTo(mac[1..]);
        return MacAddress.Read(mac);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "Calico's rule; nothing is kept secret by it.")]
    private static byte[] Sha1(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
}
