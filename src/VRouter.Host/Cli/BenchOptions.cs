using System.CommandLine;
using VRouter.Host.Bench;

namespace VRouter.Host.Cli;

/// <summary>What the benchmarks' commands have in common.</summary>
internal static class BenchOptions
{
    /// <summary>The routes of a table of the Internet's shape: as many as the full table had when the shape was taken.</summary>
    public const int GeneratedRoutes = 901_899;

    /// <summary>An option with a whole number within bounds.</summary>
    public static Option<int> Number(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least:N0} to {most:N0}.", HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < least || number > most))
                result.AddError($"{name} {number} is not within {least} to {most}");
        });
        return option;
    }

    /// <summary>An option with a whole number within bounds, which need not be given.</summary>
    public static Option<int?> Optional(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < least || number > most))
                result.AddError($"{name} {number} is not within {least} to {most}");
        });
        return option;
    }

    /// <summary><c>--core N</c></summary>
    public static Option<int?> Core() => new("--core") { Description = "The core to stay on. Default: the last one that this process may use.", HelpName = "N" };

    /// <summary><c>--routes FILE</c></summary>
    public static Option<string?> Routes(string description) => new("--routes")
    {
        Description = $"{description} One IPv4 prefix on each line, plain or gzip; empty lines, lines with '#' in front and IPv6 are left out.", HelpName = "FILE",
    };

    /// <summary>True if the option is on the command line.</summary>
    public static bool IsGiven(this ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>Runs a benchmark, and turns its failure into the command's.</summary>
    public static T Run<T>(TextWriter error, Func<BenchProgress, T> measure)
    {
        using var progress = new BenchProgress(Terminal.IsError(error) ? error : null);
        try
        {
            return measure(progress);
        }
        catch (BenchException e)
        {
            throw e.IsHostError ? CommandException.Host(e.Message) : CommandException.Usage(e.Message);
        }
    }
}
