using System.Globalization;

namespace VRouter.Host.Cli;

/// <summary>A number of bytes as people write it: "4096", "512K", "20M", "2G"; K is 1,024.</summary>
internal static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>Reads the value of an option.</summary>
    /// <exception cref="CommandException">It is no number of bytes, or none that a file can have.</exception>
    public static long Parse(string option, string text)
    {
        var unit = text.Length == 0 ? -1 : Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var digits = unit < 0 ? text : text[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= long.MaxValue >> (10 * (unit + 1))
            ? number << (10 * (unit + 1))
            : throw CommandException.Usage($"{option} '{text}' is no size; write bytes, or a number with K, M, G or T");
    }
}
