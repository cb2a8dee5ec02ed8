namespace VRouter.Host.Lab;

/// <summary>
/// What a lab has made on the host. It is written before each thing is made, so that the lab can be ended by whoever reads it, also
/// after the process that built it was killed.
/// </summary>
internal sealed class LabState
{
    /// <summary>The lab's name.</summary>
    public required string Name { get; init; }

    /// <summary>What its namespaces' names begin with.</summary>
    public required string Prefix { get; init; }

    /// <summary>The topology file.</summary>
    public required string Topology { get; init; }

    /// <summary>A random text that the environment of each router process of this lab carries.</summary>
    public required string Token { get; init; }

    /// <summary>The kernel's boot id; processes and namespaces of another boot are gone.</summary>
    public required string BootId { get; init; }

    /// <summary>When building began.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How far it is.</summary>
    public LabPhase Phase { get; set; }

    /// <summary>The namespaces that were made or were about to be.</summary>
    public required List<LabNamespace> Namespaces { get; init; }

    /// <summary>The router processes that were started or were about to be.</summary>
    public required List<LabRouter> Routers { get; init; }
}
