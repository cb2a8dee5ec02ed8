namespace VRouter.Host.Configuration;

/// <summary>How much a <see cref="Diagnostic"/> matters.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The configuration is applied, but something in it has no effect or is likely not meant.</summary>
    Warning,

    /// <summary>The configuration is not applied.</summary>
    Error,
}
