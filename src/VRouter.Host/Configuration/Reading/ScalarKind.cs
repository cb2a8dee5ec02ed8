namespace VRouter.Host.Configuration.Reading;

/// <summary>The type of a scalar as YAML 1.2's core schema resolves it.</summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    String,
}
