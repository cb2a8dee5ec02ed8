namespace VRouter.Differential.Tests.Judging;

/// <summary>A part of a rule: one fact compared with values. "=": it is one of them; "!=": none of them; "&lt;=": its words, split at commas, all are among them.</summary>
internal sealed record Condition(string Fact, string Operator, IReadOnlyList<string> Values)
{
    private static readonly string[] Operators = ["!=", "<=", "="];

    /// <summary>Reads "drop=NoRoute|RouteUnreachable".</summary>
    /// <exception cref="FormatException">There is no operator, or nothing on one of its sides.</exception>
    public static Condition Parse(string text)
    {
        foreach (var sign in Operators)
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0 && at + sign.Length < text.Length)
                return new Condition(text[..at].Trim(), sign, [.. text[(at + sign.Length)..].Split('|').Select(value => value.Trim())]);
        }

        throw new FormatException($"'{text}' is not a condition such as fact=value.");
    }

    /// <summary>True if the facts fulfil it; a fact that a frame does not have fulfils nothing.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.TryGetValue(Fact, out var value))
            return false;
        return Operator switch
        {
            "=" => Values.Any(pattern => Pattern.Matches(pattern, value)),
            "!=" => !Values.Any(pattern => Pattern.Matches(pattern, value)),
            _ => value.Split(',', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
                && words.All(word => Values.Any(pattern => Pattern.Matches(pattern, word))),
        };
    }
}
