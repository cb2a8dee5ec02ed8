using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using VRouter.Host.Api;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter show</c>: what a running router has in effect and what it counted.</summary>
internal static class ShowCommand
{
    /// <summary>The command with a subcommand for each view.</summary>
    public static Command Create()
    {
        var node = new Option<string?>("--node") { Description = "The router of this node, by its default socket.", HelpName = "NAME", Recursive = true };
        var socket = new Option<string?>("--socket") { Description = "The router that listens at this control socket.", HelpName = "PATH", Recursive = true };
        var format = ConfigurationOptions.Output();
        format.Recursive = true;
        var request = new Request(node, socket, format);
        return new CommandWithExamples(
            "show",
            "What a running router has in effect and what it counted. Without --node and --socket: of the only router that runs here.",
            ("vrouter show routes", "the routes of the only router on this host"),
            ("vrouter show drops --node walker-1", "which frames were dropped, and why"),
            ("vrouter show counters -o json", "the counters, for programs"))
        {
            View("routes", "Prefixes, where they lead, and where they come from.", "/routes", request, ApiJson.Default.IReadOnlyListRouteView, ShowTables.Routes),
            View("ports", "Ports with their state and traffic, and interfaces that are awaited.", "/ports", request, ApiJson.Default.IReadOnlyListPortView, ShowTables.Ports),
            View("neighbors", "MAC addresses of neighbors.", "/neighbors", request, ApiJson.Default.IReadOnlyListNeighborView, ShowTables.Neighbors),
            View("tunnels", "Tunnels to other nodes, with what is known of the path.", "/tunnels", request, ApiJson.Default.IReadOnlyListTunnelView, ShowTables.Tunnels),
            View("drops", "Dropped frames by reason and port.", "/drops", request, ApiJson.Default.IReadOnlyListDropView, ShowTables.Drops),
            View("counters", "What became of all frames: the numbers add up.", "/counters", request, ApiJson.Default.CountersView, ShowTables.Counters),
            View("runtime", "The process, its buffers and its stages.", "/runtime", request, ApiJson.Default.RuntimeView, ShowTables.Runtime),
            View("health", "What is not as it should be.", "/health", request, ApiJson.Default.HealthView, ShowTables.Health),
            node, socket, format,
        };
    }

    private static Command View<T>(
        string name, string description, string path, Request request, JsonTypeInfo<T> type, Action<T, TextWriter, bool> write)
    {
        var command = new Command(name, description);
        command.SetAction(async (result, cancellation) =>
        {
            using var client = new ControlClient(RouterChoice.PathOf(result.GetValue(request.Socket), result.GetValue(request.Node)));
            try
            {
                var view = await client.GetAsync(path, type, cancellation).ConfigureAwait(false);
                var output = result.InvocationConfiguration.Output;
                if (result.GetValue(request.Format) == "json")
                    JsonText.Write(output, view, type);
                else
                    write(view, output, Terminal.IsOutput(output));
                return ExitCode.Ok;
            }
            catch (ControlException e)
            {
                throw CommandException.Host(e.Message);
            }
        });
        return command;
    }

    /// <summary>The options of all subcommands.</summary>
    private sealed record Request(Option<string?> Node, Option<string?> Socket, Option<string> Format);
}
