using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A <c>vrouter run</c> that the test starts on a node of a lab without routers, with the options that it wants, and ends as it wants.</summary>
internal sealed class HandRouter : IAsyncDisposable
{
    private readonly BackgroundCommand command;

    private HandRouter(BackgroundCommand command, string socket)
    {
        this.command = command;
        Socket = socket;
    }

    /// <summary>The path of its control socket.</summary>
    public string Socket { get; }

    /// <summary>The process.</summary>
    public int Pid => command.Pid;

    /// <summary>What it printed so far.</summary>
    public string Log => command.Output + command.Errors;

    /// <summary>Starts a router and waits until it is ready.</summary>
    /// <param name="lab">The lab; its folder has the resources.</param>
    /// <param name="node">The node.</param>
    /// <param name="resources">The files in the lab's folder.</param>
    /// <param name="options">Further words of the command line.</param>
    /// <param name="driver">The uplink's driver; unless it is auto, the workloads' too.</param>
    /// <param name="spec">Further lines of the RouterConfiguration's spec.</param>
    /// <param name="within">Words of a command that runs the router, if any.</param>
    public static async Task<HandRouter> StartAsync(
        TestLab lab, string node, IReadOnlyList<string> resources, string options = "", string spec = "", string driver = "auto", IReadOnlyList<string>? within = null)
    {
        var socket = Path.Combine(lab.Folder, node + ".sock");
        lab.Write($"{node}.yaml", Configuration(node, socket, spec, driver));
        var files = resources.Append($"{node}.yaml").SelectMany(file => new[] { "-f", Path.Combine(lab.Folder, file) });
        string[] words =
        [
            "ip", "netns", "exec", lab.Namespace(node), .. within ?? [], .. RouterProcess.Program, "run", .. files,
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        var router = new HandRouter(BackgroundCommand.Start(words), socket);
        await router.command.WaitForTextAsync(RouterProcess.ReadyLine);
        return router;
    }

    /// <summary>What <c>vrouter show</c> tells of it, as JSON.</summary>
    public async Task<string> ShowAsync(string view)
    {
        string[] words = [.. RouterProcess.Program, "show", view, "-o", "json", "--socket", Socket];
        var result = await TestLab.ToolAsync(words[0], words[1..]);
        Assert.True(result.ExitCode == 0, result.Errors + Log);
        return result.Output;
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public Task<CommandResult> EndAsync(string signal) => command.EndAsync(signal);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => command.DisposeAsync();

    private static string Configuration(string node, string socket, string spec, string driver) => $$"""
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: {{node}}}
        spec:
          uplink: {interface: eth0, driver: {{driver}} }
          control: {socket: {{socket}}}
        {{(driver == "auto" ? "" : $"  workloads: {{driver: {driver}}}")}}
        {{spec}}
        """;
}
