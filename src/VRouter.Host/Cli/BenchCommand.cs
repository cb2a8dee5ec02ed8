using System.CommandLine;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter bench</c>: how fast this host forwards and looks up, in memory and over real interfaces.</summary>
internal static class BenchCommand
{
    /// <summary>The command with a subcommand for each benchmark.</summary>
    public static Command Create() => new CommandWithExamples(
        "bench",
        "Measure how fast this host forwards frames and looks up routes: in memory on one core, which needs no root and touches no port, or over real interfaces.",
        ("vrouter bench engine", "nanoseconds for each frame, with and without tunnels"),
        ("vrouter bench lpm --routes prefixes.txt.gz", "route lookups with a table of your own"),
        ("vrouter bench io --mode vxlan", "frames through real interfaces, beside the kernel's vxlan device"))
    {
        BenchEngineCommand.Create(),
        BenchLpmCommand.Create(),
        BenchIoCommand.Create(),
    };
}
