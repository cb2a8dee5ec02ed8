namespace VRouter.Differential.Tests.Judging;

/// <summary>The outcome of a comparison.</summary>
/// <param name="Declared">The divergence that explains the difference; null: there is no difference, or none that is declared.</param>
/// <param name="Facts">What the case is like; null: both routers did the same.</param>
internal sealed record Judgement(Divergence? Declared, IReadOnlyDictionary<string, string>? Facts)
{
    /// <summary>Both routers did the same.</summary>
    public static Judgement Equal { get; } = new(null, null);

    /// <summary>True if both did the same.</summary>
    public bool IsEqual => Facts is null;

    /// <summary>True if they did not, and no entry says so.</summary>
    public bool IsNew => Facts is not null && Declared is null;

    /// <summary>What makes two new divergences the same: what both did, why, and in which fields it differs.</summary>
    public string Signature => Facts is null ? "" : string.Join("; ", SignatureFacts.Select(name => $"{name}={Facts[name]}"));

    private static readonly string[] SignatureFacts = ["ours", "linux", "drop", "differs"];
}
