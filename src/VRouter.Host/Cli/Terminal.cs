namespace VRouter.Host.Cli;

/// <summary>What shows a command's output.</summary>
internal static class Terminal
{
    /// <summary>True if the writer is this process's standard output and a terminal shows it.</summary>
    public static bool IsOutput(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>True if the writer is this process's standard error and a terminal shows it.</summary>
    public static bool IsError(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
}
