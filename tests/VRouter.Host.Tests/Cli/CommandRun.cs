using VRouter.Host.Cli;

namespace VRouter.Host.Tests.Cli;

/// <summary>What a command line printed, run in this process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a command line.</summary>
    public static async Task<CommandRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await VRouterCommand.RunAsync(arguments, output, errors);
        return new CommandRun(exitCode, output.ToString(), errors.ToString());
    }
}
