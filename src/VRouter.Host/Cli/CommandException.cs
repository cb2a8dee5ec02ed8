namespace VRouter.Host.Cli;

/// <summary>Ends the command: the message is for the person who typed it, and is all that is shown.</summary>
internal sealed class CommandException : Exception
{
    /// <summary>A failure that ends the command with <paramref name="exitCode"/>.</summary>
    public CommandException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The host does not let the command do its work.</summary>
    public static CommandException Host(string message) => new(Cli.ExitCode.HostError, message);

    /// <summary>What was asked for makes no sense.</summary>
    public static CommandException Usage(string message) => new(Cli.ExitCode.ConfigurationError, message);
}
