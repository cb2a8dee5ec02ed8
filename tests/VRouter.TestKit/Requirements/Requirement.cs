namespace VRouter.TestKit.Requirements;

/// <summary>A thing that an RFC demands of a router like this one.</summary>
/// <param name="Id">RFC, section and a word: <c>1812-4.2.2.5-verify</c>.</param>
/// <param name="Level">MUST or MUST NOT; "rule" where the RFC demands it without these words.</param>
/// <param name="Text">What it demands, in our words.</param>
/// <param name="State">Null where tests hold the router to it; else "not done: …" or "not applicable: …", with the reason.</param>
public sealed record Requirement(string Id, string Level, string Text, string? State = null)
{
    /// <summary>The RFC's number.</summary>
    public string Rfc => Id.Split('-')[0];

    /// <summary>The section's number or name.</summary>
    public string Section => Id.Split('-')[1];

    /// <summary>All of them, by RFC, in the order of the sections.</summary>
    public static IReadOnlyList<Requirement> All { get; } = [.. RouterRequirements.All, .. ForwardingRequirements.All, .. ControlRequirements.All, .. TunnelRequirements.All];

    internal static Requirement Must(string id, string text) => new(id, "MUST", text);

    internal static Requirement MustNot(string id, string text) => new(id, "MUST NOT", text);

    internal static Requirement Rule(string id, string text) => new(id, "rule", text);

    internal Requirement NotDone(string reason) => this with { State = $"not done: {reason}" };

    internal Requirement NotApplicable(string reason) => this with { State = $"not applicable: {reason}" };
}
