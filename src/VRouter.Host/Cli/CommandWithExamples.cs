using System.CommandLine;

namespace VRouter.Host.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class CommandWithExamples(string name, string description, params (string CommandLine, string Purpose)[] examples)
    : Command(name, description)
{
    /// <summary>What one can type, and what it is for.</summary>
    public IReadOnlyList<(string CommandLine, string Purpose)> Examples { get; } = examples;
}
