using System.Buffers;
using System.Text;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Turns a file's bytes into text, and says where they are none: YAML is UTF-8 (§5.2) of printable characters (§5.1).</summary>
internal static class TextDecoder
{
    private static readonly SearchValues<char> NotPrintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(code => (char)code)
            .Where(code => char.IsControl(code) && code is not ('\t' or '\n' or '\r' or '\u0085')), '\ufffe', '\uffff']);

    /// <summary>The text without byte order mark; false, with a finding, if there is none.</summary>
    public static bool TryDecode(ConfigurationFile file, DiagnosticBag diagnostics, out string text)
    {
        var bytes = file.Content.Span;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
            bytes = bytes[3..];

        text = string.Empty;
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            var valid = Encoding.UTF8.GetString(bytes[..ValidLength(bytes)]);
            diagnostics.Error(At(file.Name, valid, valid.Length), "not valid UTF-8 text");
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        var control = text.AsSpan().IndexOfAny(NotPrintable);
        if (control < 0)
            return true;
        diagnostics.Error(At(file.Name, text, control), $"the character U+{(int)text[control]:X4} is not allowed in YAML or JSON text");
        return false;
    }

    private static int ValidLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var consumed) == OperationStatus.Done)
            length += consumed;
        return length;
    }

    private static SourceLocation At(string file, string text, int index)
    {
        var before = text.AsSpan(0, index);
        var lineStart = before.LastIndexOfAny('\n', '\r') + 1;
        var line = 1 + before.Count('\n') + CountLoneReturns(text, index);
        return new SourceLocation(file, line, index - lineStart + 1);
    }

    private static int CountLoneReturns(string text, int length)
    {
        var count = 0;
        for (var index = text.IndexOf('\r'); index >= 0 && index < length; index = text.IndexOf('\r', index + 1))
        {
            if (index + 1 >= text.Length || text[index + 1] != '\n')
                count++;
        }

        return count;
    }
}
