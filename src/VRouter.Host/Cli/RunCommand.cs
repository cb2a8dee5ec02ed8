using System.CommandLine;
using VRouter.Host.Daemon;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter run</c>: the daemon, in the foreground.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var files = ConfigurationOptions.Files();
        var node = ConfigurationOptions.Node();
        var noGuard = new Option<bool>("--no-guard")
        {
            Description = "Set no nftables rules. The host's kernel then sees the router's packets too, and answers IPIP with ICMP errors, "
                + "unless rules of your own hide them.",
        };
        var record = new Option<string?>("--record")
        {
            Description = "Writes down all that the router is given, for 'vrouter replay', in a new file that tshark and Wireshark open too.", HelpName = "FILE",
        };
        var limit = new Option<string?>("--record-limit")
        {
            Description = "Ends the recording before the file is longer; the router goes on. Bytes, or with K, M or G.", HelpName = "SIZE",
        };
        var force = new Option<bool>("--record-force") { Description = "Replaces a file of that name." };
        var command = new CommandWithExamples(
            "run",
            "Run the router of a node in the foreground. Files are watched, and changes applied without restart; SIGTERM or Ctrl-C ends it and leaves "
            + "the host as it was. Standard output gets one line, 'vrouter: ready: ...'; the log goes to standard error.",
            ("vrouter run -f /etc/vrouter", "run the router of this host"),
            ("vrouter run -f cluster.yaml -f walker-1.yaml --node walker-1", "run the router of node walker-1"),
            ("vrouter run -f /etc/vrouter --record bug.pcapng --record-limit 2G", "and write down what happens, to replay it elsewhere"))
        {
            files, node, noGuard, record, limit, force,
        };
        command.SetAction(async (result, stop) =>
        {
            var options = new DaemonOptions
            {
                Paths = result.GetRequiredValue(files),
                Node = result.GetValue(node),
                UseGuard = !result.GetValue(noGuard),
                Record = result.GetValue(record) ?? NoRecording(result.GetValue(limit) is not null || result.GetValue(force)),
                RecordLimit = result.GetValue(limit) is { } text ? ByteSize.Parse("--record-limit", text) : null,
                RecordOverExisting = result.GetValue(force),
            };
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            try
            {
                await RouterDaemon.RunAsync(options, new DaemonLog(error, TimeProvider.System), error.WriteLine, output.WriteLine, stop)
                    .ConfigureAwait(false);
                return ExitCode.Ok;
            }
            catch (DaemonException e)
            {
                error.WriteLine(e.Finding?.ToString() ?? $"vrouter: {e.Message}");
                return e.IsConfigurationError ? ExitCode.ConfigurationError : ExitCode.HostError;
            }
        });
        return command;
    }

    private static string? NoRecording(bool hasOptions) =>
        hasOptions ? throw CommandException.Usage("--record-limit and --record-force are about a recording; give --record FILE too") : null;
}
