namespace VRouter.Host.Configuration.Resources;

/// <summary>
/// Where a resource and its fields were written. All maps are equal: where a thing is written is no part of what it says, so that
/// two resources with equal values are equal.
/// </summary>
public sealed class SourceMap : IEquatable<SourceMap>
{
    private readonly Dictionary<string, SourceLocation> fields = [];

    /// <summary>A map of a resource that starts at <paramref name="location"/>.</summary>
    public SourceMap(SourceLocation location) => Location = location;

    /// <summary>The map of a resource that was not read from a file.</summary>
    public static SourceMap None { get; } = new(SourceLocation.None);

    /// <summary>Where the resource starts.</summary>
    public SourceLocation Location { get; }

    /// <summary>Where the value of a field such as "spec.cidr" or "spec.ipNetworks[0]" stands; the resource's start if it is not given.</summary>
    public SourceLocation this[string field] => fields.GetValueOrDefault(field, Location);

    /// <inheritdoc/>
    public bool Equals(SourceMap? other) => other is not null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SourceMap;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    internal void Add(string field, SourceLocation location) => fields[field] = location;
}
