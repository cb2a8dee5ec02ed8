namespace VRouter.Host.Configuration.Resources;

/// <summary>A configuration resource: immutable, and equal to another one with the same values wherever these were written.</summary>
public abstract record Resource
{
    /// <summary>metadata.name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the resource and its fields were written.</summary>
    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>Kind, namespace and name.</summary>
    public abstract ResourceKey Key { get; }
}
