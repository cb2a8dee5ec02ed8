namespace VRouter.Host.Daemon;

/// <summary>The router cannot start; the message is for the person who started it and says what to do.</summary>
public sealed class DaemonException : Exception
{
    private DaemonException(string message, bool isConfigurationError)
        : base(message) => IsConfigurationError = isConfigurationError;

    /// <summary>True if the files must be changed, false if the host must.</summary>
    public bool IsConfigurationError { get; }

    /// <summary>The host lacks something or refuses.</summary>
    public static DaemonException Host(string message) => new(message, isConfigurationError: false);

    /// <summary>The configuration says something that cannot be done.</summary>
    public static DaemonException Configuration(string message) => new(message, isConfigurationError: true);
}
