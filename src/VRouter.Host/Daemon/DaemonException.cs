using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon;

/// <summary>The router cannot start; the message is for the person who started it and says what to do.</summary>
public sealed class DaemonException : Exception
{
    private DaemonException(string message, bool isConfigurationError, Diagnostic? finding = null)
        : base(message)
    {
        IsConfigurationError = isConfigurationError;
        Finding = finding;
    }

    /// <summary>True if the files must be changed, false if the host must.</summary>
    public bool IsConfigurationError { get; }

    /// <summary>The place in the files that it is about, or null.</summary>
    public Diagnostic? Finding { get; }

    /// <summary>The host lacks something or refuses.</summary>
    public static DaemonException Host(string message) => new(message, isConfigurationError: false);

    /// <summary>The host has not what a place in the files names.</summary>
    public static DaemonException Host(SourceLocation place, string message) =>
        new(message, isConfigurationError: false, new Diagnostic(place, DiagnosticSeverity.Error, message));

    /// <summary>The configuration says something that cannot be done; the findings were told before.</summary>
    public static DaemonException Configuration(string message) => new(message, isConfigurationError: true);

    /// <summary>A place in the configuration says something that cannot be done.</summary>
    public static DaemonException Configuration(Diagnostic finding) => new(finding.Message, isConfigurationError: true, finding);
}
