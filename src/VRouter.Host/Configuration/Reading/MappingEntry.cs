namespace VRouter.Host.Configuration.Reading;

/// <summary>One key of a mapping with its value.</summary>
internal sealed record MappingEntry(ScalarNode Key, DocumentNode Value);
