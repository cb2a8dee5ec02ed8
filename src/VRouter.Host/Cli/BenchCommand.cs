using System.CommandLine;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter bench</c>: how fast this host forwards and looks up, in memory.</summary>
internal static class BenchCommand
{
    /// <summary>The command with a subcommand for each benchmark.</summary>
    public static Command Create() => new CommandWithExamples(
        "bench",
        "Measure how fast this host forwards frames and looks up routes, in memory, on one core. Needs no root and touches no port.",
        ("vrouter bench engine", "nanoseconds for each frame, with and without tunnels"),
        ("vrouter bench lpm --routes prefixes.txt.gz", "route lookups with a table of your own"))
    {
        BenchEngineCommand.Create(),
        BenchLpmCommand.Create(),
    };
}
