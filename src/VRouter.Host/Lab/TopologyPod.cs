using VRouter.Host.Configuration;
using VRouter.Core.Wire;

namespace VRouter.Host.Lab;

/// <summary>A network namespace with one interface, eth0, whose other end belongs to a node.</summary>
public sealed record TopologyPod
{
    /// <summary>Where the file says so.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The pod's name; its namespace is the lab's prefix and this name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>The name of the node's end, as WorkloadEndpoint.spec.interfaceName has it.</summary>
    public required string Interface { get; init; }

    /// <summary>
    /// False: a veth pair. True: the node's router creates a TAP interface of the name <see cref="Interface"/>, which the lab then moves
    /// into the pod's namespace and renames eth0.
    /// </summary>
    public bool Tap { get; init; }

    /// <summary>The MAC address of the node's end of a veth; ee:ee:ee:ee:ee:ee unless given, as on a Calico node.</summary>
    public MacAddress HostMac { get; init; } = MacAddress.WorkloadGateway;

    /// <summary>The pod's address; it is set as a /32.</summary>
    public required IPv4Address Address { get; init; }

    /// <summary>The MAC address of eth0; the kernel chooses one where none is given.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The MTU of eth0 and of the node's end, in bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>False leaves out the default route; the link route to 169.254.1.1 is always there.</summary>
    public bool DefaultRoute { get; init; } = true;

    /// <summary>False switches checksum and segmentation offloads off at both ends of the veth.</summary>
    public bool Offloads { get; init; } = true;

    /// <summary>Kernel settings of the pod's namespace.</summary>
    public required IReadOnlyList<TopologySysctl> Sysctls { get; init; }

    /// <summary>Further lines for <c>ip -batch</c>, executed in the pod's namespace when all else is wired.</summary>
    public required IReadOnlyList<TopologyIpLine> IpLines { get; init; }
}
