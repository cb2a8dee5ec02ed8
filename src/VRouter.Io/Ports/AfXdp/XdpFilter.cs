using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// What a port takes from an interface that it shares with the host's kernel: frames to <see cref="Mac"/> that carry IPIP or VXLAN packets to <see cref="Address"/>, or
/// fragments of them that come behind the first one, ICMP errors about such packets that this node sent, or packets to <see cref="Destinations"/>. All else is the kernel's.
/// </summary>
public sealed record XdpFilter
{
    /// <summary>The interface's MAC address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The node's address: where tunnels end.</summary>
    public required IPv4Address Address { get; init; }

    /// <summary>The UDP port of VXLAN; null: none is taken.</summary>
    public ushort? VxlanL4Port { get; init; }

    /// <summary>Where local workloads are.</summary>
    public IReadOnlyCollection<IPv4Prefix> Destinations { get; init; } = [];
}
