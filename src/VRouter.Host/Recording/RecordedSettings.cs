using System.Text.Json;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>As <see cref="NodeSettings"/>.</summary>
internal sealed record RecordedSettings
{
    /// <summary>The open ports by index; null where there is none.</summary>
    public required IReadOnlyList<PortEntry?> Ports { get; init; }

    /// <summary>The interface to the other nodes.</summary>
    public required string Uplink { get; init; }

    /// <summary>The node's address.</summary>
    public required IPv4Address Address { get; init; }

    /// <summary>The addresses of the other nodes.</summary>
    public required IReadOnlyList<IPv4Address> Peers { get; init; }

    /// <summary>This node's VTEP.</summary>
    public required VxlanSettings Vxlan { get; init; }

    /// <summary>The MTU of IPIP tunnels, if it is configured.</summary>
    public int? IpipMtu { get; init; }

    /// <summary>The MTU of VXLAN tunnels, if it is configured.</summary>
    public int? VxlanMtu { get; init; }

    /// <summary>Describes settings.</summary>
    public static RecordedSettings Of(NodeSettings settings) => new()
    {
        Ports = [.. settings.Ports],
        Uplink = settings.Uplink,
        Address = settings.Address,
        Peers = [.. settings.Peers],
        Vxlan = settings.Vxlan,
        IpipMtu = settings.IpipMtu,
        VxlanMtu = settings.VxlanMtu,
    };

    /// <summary>The settings.</summary>
    /// <exception cref="JsonException">The ports contradict one another.</exception>
    public NodeSettings ToSettings()
    {
        var open = Ports.OfType<PortEntry>().ToList();
        if (Ports.Count > short.MaxValue || Ports.Where((port, index) => port is not null && port.Index != index).Any() || open.DistinctBy(port => port.Name).Count() != open.Count)
            throw new JsonException("a port has another index than its place, or another one's name");
        return new NodeSettings
        {
            Ports = Ports.ToValueList(),
            Uplink = Uplink,
            Address = Address,
            Peers = Peers.ToValueList(),
            Vxlan = Vxlan,
            IpipMtu = IpipMtu,
            VxlanMtu = VxlanMtu,
        };
    }
}
