namespace VRouter.Host.Configuration.Reading;

/// <summary>A value of a YAML or JSON document, at its place.</summary>
internal abstract class DocumentNode(SourceLocation location)
{
    public SourceLocation Location { get; } = location;

    /// <summary>The number of nodes that a reader meets from here on, this one and those behind aliases included.</summary>
    public long Weight { get; protected set; } = 1;

    /// <summary>"a string", "a list" and so on, for messages.</summary>
    public abstract string Description { get; }
}
