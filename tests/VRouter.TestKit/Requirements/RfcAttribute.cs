namespace VRouter.TestKit.Requirements;

/// <summary>Says that a test holds the router to requirements of RFCs: docs/rfc-compliance.md is made of these tags, read from the tests' sources.</summary>
/// <param name="requirements">Identifiers of <see cref="Requirement"/>s.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RfcAttribute(params string[] requirements) : Attribute
{
    /// <summary>Identifiers of <see cref="Requirement"/>s.</summary>
    public IReadOnlyList<string> Requirements { get; } = requirements;
}
