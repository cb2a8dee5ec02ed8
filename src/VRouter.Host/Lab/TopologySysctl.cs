using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>One kernel setting of a namespace: its dotted name and its value.</summary>
public sealed record TopologySysctl(SourceLocation Location, string Name, string Value);
