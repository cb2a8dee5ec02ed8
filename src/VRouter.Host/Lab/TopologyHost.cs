using VRouter.Host.Configuration;
using VRouter.Core.Wire;

namespace VRouter.Host.Lab;

/// <summary>A network namespace with interfaces on networks: a node, or a gateway whose kernel forwards between them.</summary>
public sealed record TopologyHost
{
    /// <summary>Where the file says so.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The host's name; its namespace is the lab's prefix and this name.</summary>
    public required string Name { get; init; }

    /// <summary>True for a gateway: the kernel forwards between its interfaces, and no pod may be attached.</summary>
    public bool IsGateway { get; init; }

    /// <summary>The interfaces on networks, in the file's order.</summary>
    public required IReadOnlyList<TopologyInterface> Interfaces { get; init; }

    /// <summary>The next hop of the kernel's default route, if there shall be one.</summary>
    public IPv4Address? DefaultGateway { get; init; }

    /// <summary>Kernel settings, in dotted form: "net.ipv4.ip_forward" and its value. They are applied when all interfaces exist.</summary>
    public required IReadOnlyList<TopologySysctl> Sysctls { get; init; }

    /// <summary>Further lines for <c>ip -batch</c>, executed in the namespace when all else is wired.</summary>
    public required IReadOnlyList<TopologyIpLine> IpLines { get; init; }
}
