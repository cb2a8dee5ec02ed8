using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Subject">What it is about, as "port eth0".</param>
/// <param name="Severity">Error: something that was asked for is not done.</param>
/// <param name="Text">What is wrong and what follows, for an operator.</param>
public sealed record Condition(string Subject, DiagnosticSeverity Severity, string Text)
{
    /// <summary>The router works, but not all of it, or not as one would think.</summary>
    public static Condition Warning(string subject, string text) => new(subject, DiagnosticSeverity.Warning, text);

    /// <summary>Something that was asked for is not done.</summary>
    public static Condition Error(string subject, string text) => new(subject, DiagnosticSeverity.Error, text);
}
