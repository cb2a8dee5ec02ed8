namespace VRouter.Host.Configuration;

/// <summary>Collects findings while files are read and checked. It holds a bounded number, so that a broken file cannot flood the reader.</summary>
internal sealed class DiagnosticBag
{
    /// <summary>The most findings kept for one configuration.</summary>
    public const int Capacity = 1000;

    private readonly List<Diagnostic> items = [];
    private int omitted;
    private int omittedErrors;

    /// <summary>The number of errors so far.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>True if further findings are only counted.</summary>
    public bool IsFull => items.Count >= Capacity;

    public void Error(SourceLocation location, string message)
    {
        ErrorCount++;
        Add(new Diagnostic(location, DiagnosticSeverity.Error, OnOneLine(message)));
    }

    public void Warning(SourceLocation location, string message) =>
        Add(new Diagnostic(location, DiagnosticSeverity.Warning, OnOneLine(message)));

    /// <summary>The findings in order; if some were left out, a last one tells how many.</summary>
    public Diagnostics ToDiagnostics()
    {
        if (omitted == 0)
            return new Diagnostics(items);
        var severity = omittedErrors > 0 ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        return new Diagnostics(items.Append(new Diagnostic(
            SourceLocation.None, severity, $"{omitted} more findings are not shown, {omittedErrors} of them errors")));
    }

    // Messages quote what files hold: a control character of theirs must neither break the line nor reach a terminal.
    private static string OnOneLine(string message) =>
        message.Any(char.IsControl) ? string.Concat(message.Select(letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}")) : message;

    private void Add(Diagnostic item)
    {
        if (items.Count < Capacity)
        {
            items.Add(item);
            return;
        }

        omitted++;
        if (item.Severity == DiagnosticSeverity.Error)
            omittedErrors++;
    }
}
