namespace VRouter.Differential.Tests.Judging;

/// <summary>Fields that each router chooses for itself, by the kind of frame: a row of the table in docs/divergences.md.</summary>
/// <param name="Kinds">As <see cref="Outcome.KindOf"/> says; one that ends in "*" means all that begin so.</param>
/// <param name="Fields">Names of <see cref="FrameFields"/>.</param>
internal sealed record MayDiffer(IReadOnlyList<string> Kinds, IReadOnlyList<string> Fields)
{
    /// <summary>True if the field of such a frame is left out of the comparison.</summary>
    public bool Allows(string kind, string field) => Kinds.Any(allowed => Pattern.Matches(allowed, kind)) && Fields.Contains(field);
}
