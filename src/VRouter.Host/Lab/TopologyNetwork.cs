using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>A layer-2 network that host interfaces are attached to.</summary>
public sealed record TopologyNetwork
{
    /// <summary>Where the file says so.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The network's name; a bridge lives in a namespace of this name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// False: a Linux bridge in a namespace of its own, with one port for each attached interface, named after the host.
    /// True: one veth pair, straight between exactly two hosts.
    /// </summary>
    public bool Direct { get; init; }

    /// <summary>The MTU of the network and of the interfaces on it, in bytes.</summary>
    public int Mtu { get; init; } = 1500;
}
