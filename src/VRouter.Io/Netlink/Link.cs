using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>An interface of the kernel.</summary>
/// <param name="Index">Its index within its namespace, from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mtu">The MTU in bytes.</param>
/// <param name="Mac">The MAC address; null unless it has one of six bytes.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="State">Its operational state.</param>
/// <param name="HardwareType">ARPHRD_*: 1 is Ethernet, 772 loopback.</param>
/// <param name="Kind">The driver's kind, as "veth", "tun", "vxlan", "bridge"; null for physical devices and the loopback.</param>
/// <param name="Master">The index of the bridge or bond that it belongs to, or 0.</param>
public sealed record Link(
    int Index,
    string Name,
    int Mtu,
    MacAddress? Mac,
    LinkFlags Flags,
    OperationalState State,
    ushort HardwareType,
    string? Kind,
    int Master)
{
    /// <summary>The queueing discipline of what it sends, as "noqueue" (none: frames go to the driver at once) or "fq_codel"; null if not told.</summary>
    public string? QueueDiscipline { get; init; }

    /// <summary>ARPHRD_ETHER.</summary>
    public const ushort EthernetHardwareType = 1;

    /// <summary>True if it is administratively up.</summary>
    public bool IsUp => Flags.HasFlag(LinkFlags.Up);

    /// <summary>True if frames can pass: up, with a carrier.</summary>
    public bool IsRunning => Flags.HasFlag(LinkFlags.Up | LinkFlags.Running);
}
