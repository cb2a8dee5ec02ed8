using System.Text.RegularExpressions;

namespace VRouter.Host.Fuzz;

/// <summary>What is wrong with what a target did.</summary>
/// <param name="Oracle">Which check failed, one of <see cref="Oracles"/>.</param>
/// <param name="Message">What was seen, for a person.</param>
internal sealed partial record Finding(string Oracle, string Message)
{
    /// <summary>The same for findings that are probably of one cause: the oracle, and the message without its numbers.</summary>
    public string Signature { get; } = $"{Oracle}: {Numbers().Replace(FirstLine(Message), "N")}";

    private static string FirstLine(string text) => text.AsSpan().IndexOf('\n') is >= 0 and var end ? text[..end] : text;

    [GeneratedRegex("[0-9][0-9a-fA-F.:]*|'[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
