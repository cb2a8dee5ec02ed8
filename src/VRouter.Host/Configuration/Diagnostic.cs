namespace VRouter.Host.Configuration;

/// <summary>One finding about the configuration, at its place.</summary>
public sealed record Diagnostic(SourceLocation Location, DiagnosticSeverity Severity, string Message)
{
    /// <summary>"file:line:column: error: message".</summary>
    public override string ToString()
    {
        var severity = Severity == DiagnosticSeverity.Error ? "error" : "warning";
        return Location.File.Length == 0 ? $"{severity}: {Message}" : $"{Location}: {severity}: {Message}";
    }
}
