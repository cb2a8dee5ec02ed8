using VRouter.Host.Configuration;
using VRouter.Core.Wire;

namespace VRouter.Host.Lab;

/// <summary>An interface of a host on a network.</summary>
public sealed record TopologyInterface
{
    /// <summary>Where the file says so.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The name that the interface has in the host's namespace.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Addresses with prefix length, as <c>ip address add</c> takes them.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The MAC address; the kernel chooses one where none is given.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>False switches checksum and segmentation offloads off at both ends of the wire.</summary>
    public bool Offloads { get; init; } = true;
}
