using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon;

/// <summary>The daemon's log: plain lines of time (UTC), level and text. Safe for concurrent use.</summary>
public sealed class DaemonLog(TextWriter output, TimeProvider time)
{
    private readonly Lock gate = new();

    /// <summary>Something that an operator wants to find later.</summary>
    public void Info(string text) => Write("info", text);

    /// <summary>The router works, but not all of it, or not as one would think.</summary>
    public void Warning(string text) => Write("warning", text);

    /// <summary>Something that was asked for is not done.</summary>
    public void Error(string text) => Write("error", text);

    /// <summary>A finding about the configuration, at its level and with its place.</summary>
    public void Write(Diagnostic finding)
    {
        var place = finding.Location.File.Length == 0 ? "" : $"{finding.Location}: ";
        Write(finding.Severity == DiagnosticSeverity.Error ? "error" : "warning", place + finding.Message);
    }

    private void Write(string level, string text)
    {
        var line = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level}: {text}";
        lock (gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
