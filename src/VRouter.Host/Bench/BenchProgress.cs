using System.Diagnostics;

namespace VRouter.Host.Bench;

/// <summary>One line on a terminal that says what is going on, and that is gone in the end. Written between rounds only, by the measuring thread.</summary>
/// <param name="terminal">Where to; null: nowhere, because nobody watches.</param>
internal sealed class BenchProgress(TextWriter? terminal) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private string shown = "";
    private long last;

    /// <summary>Says what has begun.</summary>
    public void Say(string text)
    {
        if (terminal is null)
            return;
        terminal.Write($"\r{text.PadRight(shown.Length)}");
        terminal.Flush();
        shown = text;
        last = Stopwatch.GetTimestamp();
    }

    /// <summary>Says how far it is, a few times a second.</summary>
    public void Count(string what, int done, int all)
    {
        if (terminal is not null && Stopwatch.GetElapsedTime(last) > Interval)
            Say($"{what} {done} of {all}");
    }

    /// <summary>Clears the line.</summary>
    public void Dispose() => terminal?.Write($"\r{new string(' ', shown.Length)}\r");
}
