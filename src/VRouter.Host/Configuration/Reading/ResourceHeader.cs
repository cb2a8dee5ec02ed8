using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>What all resources have: name, namespace, annotations and the map of places.</summary>
internal sealed record ResourceHeader(
    string Name, string? Namespace, IReadOnlyDictionary<string, ScalarNode> Annotations, SourceMap Source);
