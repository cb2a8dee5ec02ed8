using System.CommandLine;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter check</c>: validates a configuration without touching the host.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var files = ConfigurationOptions.Files();
        var command = new CommandWithExamples(
            "check",
            "Validate configuration files: each finding as file:line:column: severity: message.",
            ("vrouter check -f /etc/vrouter", "check all files of a directory together"),
            ("vrouter check -f cluster.yaml -f walker-1.yaml", "check two files; exit code 2 if there are errors"))
        {
            files,
        };
        command.SetAction(result => Check(result.GetRequiredValue(files), result.InvocationConfiguration.Output));
        return command;
    }

    private static int Check(string[] paths, TextWriter output)
    {
        var (state, findings) = ConfigurationLoader.Load(paths);
        foreach (var finding in findings)
            output.WriteLine(finding);
        output.WriteLine(state is null ? $"not valid: {Findings(findings)}" : $"valid: {Contents(state)}; {Findings(findings)}");
        return findings.HasErrors ? ExitCode.ConfigurationError : ExitCode.Ok;
    }

    private static string Findings(Diagnostics findings) => $"{Counted.Of(findings.ErrorCount, "error")}, {Counted.Of(findings.WarningCount, "warning")}";

    private static string Contents(ClusterState state) => string.Join(", ",
        Counted.Of(state.Routers.Length, "router"),
        Counted.Of(state.Nodes.Length, "node"),
        Counted.Of(state.Pools.Length, "pool"),
        Counted.Of(state.Blocks.Length, "block"),
        Counted.Of(state.Endpoints.Length, "workload"));
}
