using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VRouter.Host.Cli;

/// <summary>The help of a command, and its examples below.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is CommandWithExamples { Examples: { Count: > 0 } examples })
            Write(parseResult.InvocationConfiguration.Output, examples);
        return code;
    }

    private static void Write(TextWriter output, IReadOnlyList<(string CommandLine, string Purpose)> examples)
    {
        output.WriteLine("Examples:");
        foreach (var (commandLine, purpose) in examples)
        {
            output.WriteLine($"  {commandLine}");
            output.WriteLine($"      {purpose}");
        }

        output.WriteLine();
    }
}
