namespace VRouter.Host.Lab;

/// <summary>One network namespace of a lab, as the state file records it.</summary>
internal sealed class LabNamespace
{
    /// <summary>The name under /run/netns.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the topology.</summary>
    public required string Label { get; init; }

    /// <summary>What it stands for.</summary>
    public required LabNamespaceKind Kind { get; init; }

    /// <summary>The namespace's inode number, which identifies it while the host runs; null until it was created.</summary>
    public ulong? Inode { get; set; }
}
