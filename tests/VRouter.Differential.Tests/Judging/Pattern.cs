using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Differential.Tests.Judging;

/// <summary>How a rule's value matches a fact: as a word, as its beginning ("icmp *"), as a part ("*131*"), or as the prefix of an address ("169.254.0.0/16").</summary>
internal static class Pattern
{
    /// <summary>True if the pattern holds.</summary>
    public static bool Matches(string pattern, string value)
    {
        if (pattern == value)
            return true;
        if (pattern.StartsWith('*'))
            return value.Contains(pattern.Trim('*'), StringComparison.Ordinal);
        if (pattern.EndsWith('*'))
            return value.StartsWith(pattern[..^1], StringComparison.Ordinal);
        return pattern.Contains('/') && IPv4Prefix.TryParse(pattern, out var prefix) && IPv4Address.TryParse(value, out var address) && prefix.Contains(address);
    }
}
