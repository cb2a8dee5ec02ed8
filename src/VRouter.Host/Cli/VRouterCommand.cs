using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using VRouter.Host.Configuration.Reading;

namespace VRouter.Host.Cli;

/// <summary>The <c>vrouter</c> command: reads the command line, runs the command, and turns failures into a message and an exit code.</summary>
internal static class VRouterCommand
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>, or what a command ran for the caller returned.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(arguments.Length == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
            return Complain(parsed, error);
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // EndSignals is told of signals, also before a command first waits for something.
        };
        using var signals = parsed.CommandResult.Command is AttachedCommand ? null : new EndSignals();
        try
        {
            return await parsed.InvokeAsync(invocation, signals?.Asked ?? CancellationToken.None).ConfigureAwait(false);
        }
        catch (CommandException e)
        {
            await error.WriteLineAsync($"vrouter: {e.Message}").ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("vrouter: interrupted").ConfigureAwait(false);
            return ExitCode.HostError;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync($"vrouter: a defect of vrouter itself; please report it with what you did:\n{e}").ConfigureAwait(false);
            return ExitCode.HostError;
        }
    }

    private static CommandWithExamples Create()
    {
        // A plain command, because a RootCommand is named after the executable file.
        var root = new CommandWithExamples(
            "vrouter",
            "A node router for container networks, in user space: routes, IPIP and VXLAN without the kernel's help.",
            ("vrouter demo", "see three nodes' routers carry pings between pods"),
            ("vrouter run -f /etc/vrouter", "run the router of this host"),
            ("vrouter show drops", "which frames it dropped, and why"))
        {
            DemoCommand.Create(),
            RunCommand.Create(),
            CheckCommand.Create(),
            ShowCommand.Create(),
            DoctorCommand.Create(),
            LabCommand.Create(),
            ReplayCommand.Create(),
            FuzzCommand.Create(),
            BenchCommand.Create(),
        };
        root.Add(new HelpOption { Action = new HelpWithExamples(new HelpAction()), Recursive = true });
        root.Add(new VersionOption());
        return root;
    }

    private static int Complain(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var word, ..] && command.Subcommands.Count > 0)
        {
            error.WriteLine($"vrouter: '{word}' is not a command{FieldHint.For(word, command.Subcommands.Select(known => known.Name))}");
        }
        else
        {
            foreach (var problem in parsed.Errors)
                error.WriteLine($"vrouter: {problem.Message}");
        }

        error.WriteLine($"Try: {PathOf(parsed.CommandResult)} --help");
        return ExitCode.ConfigurationError;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
