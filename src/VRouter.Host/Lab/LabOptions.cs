namespace VRouter.Host.Lab;

/// <summary>How a topology becomes a lab.</summary>
internal sealed record LabOptions
{
    /// <summary>The lab's name; the topology's unless given.</summary>
    public string? Name { get; init; }

    /// <summary>What the namespaces' names begin with; the lab's name and "-" unless given. It may be empty.</summary>
    public string? Prefix { get; init; }

    /// <summary>Files that are written before the routers start: absolute paths within the lab's folder, and texts.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Further arguments of each router's <c>vrouter run</c>, given its node's name.</summary>
    public Func<string, IReadOnlyList<string>> RouterArguments { get; init; } = _ => [];

    /// <summary>How long a router may take from its start to its ready line.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets one short line for each step, for a person who waits.</summary>
    public Action<string> Tell { get; init; } = _ => { };
}
