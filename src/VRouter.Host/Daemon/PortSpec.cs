using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Daemon;

/// <summary>A port that there should be. An open port stays as long as its specification stays equal.</summary>
public sealed record PortSpec
{
    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>What is at the other end.</summary>
    public required PortRole Role { get; init; }

    /// <summary><see cref="PortDriver.AfPacket"/>, <see cref="PortDriver.AfXdp"/> or <see cref="PortDriver.Tap"/>.</summary>
    public required PortDriver Driver { get; init; }

    /// <summary>af-packet, af-xdp: the interface's index, which differs when it was deleted and made again. tap: 0.</summary>
    public int LinkIndex { get; init; }

    /// <summary>tap: the MAC address of the router's end.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>tap: the MAC address of the workload's end, if its resource tells it.</summary>
    public MacAddress? WorkloadMac { get; init; }

    /// <summary>tap: the network namespace, by name or path, that the device is moved into; null: it stays.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>tap: the name of the interface inside the workload, if its resource tells it.</summary>
    public string? NameInWorkload { get; init; }

    /// <summary>
    /// True if this port and another one cannot be open on their interface at once: AF_XDP and a packet socket, which sends through AF_XDP too, each want its first queue.
    /// </summary>
    public bool ExcludesOn(PortSpec other) =>
        this != other && LinkIndex != 0 && LinkIndex == other.LinkIndex && (Driver == PortDriver.AfXdp || other.Driver == PortDriver.AfXdp);
}
