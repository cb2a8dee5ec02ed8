namespace VRouter.Differential.Tests.Judging;

/// <summary>A declared divergence: a section of docs/divergences.md.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Rules">When it applies: one of these, of which all conditions hold.</param>
/// <param name="Linux">What Linux does.</param>
/// <param name="Ours">What our router does.</param>
/// <param name="Why">The reason.</param>
/// <param name="Source">The RFC section that decides, or what else does.</param>
internal sealed record Divergence(string Id, IReadOnlyList<IReadOnlyList<Condition>> Rules, string Linux, string Ours, string Why, string Source)
{
    /// <summary>True if the facts of a case are such.</summary>
    public bool Applies(IReadOnlyDictionary<string, string> facts) => Rules.Any(rule => rule.All(condition => condition.Holds(facts)));
}
