using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>A <c>vrouter run</c> process in a node's namespace.</summary>
public sealed record TopologyRouter
{
    /// <summary>Where the file says so.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The node that it runs on; also the node's name in the resources.</summary>
    public required string Node { get; init; }

    /// <summary>Files or folders with Calico resources, absolute. The router watches them where they are.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>
    /// The spec of the node's RouterConfiguration, as YAML text, or null if the resources contain it. The control socket is set to one
    /// in the lab's state directory unless the text names one.
    /// </summary>
    public string? Configuration { get; init; }
}
