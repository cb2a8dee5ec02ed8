using System.Diagnostics;
using VRouter.Host.Lab;
using VRouter.TestKit;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A lab of the tests' own: a unique name, a folder for its files and captures, and no trace at the end.</summary>
internal sealed class TestLab : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static int counter;
    private readonly LabStore store;
    private readonly string name;
    private LabState? state;

    public TestLab()
    {
        name = $"vre{Environment.ProcessId:x}-{Interlocked.Increment(ref counter)}";
        Folder = Directory.CreateTempSubdirectory("vre").FullName;
        store = new LabStore(Path.Combine(Folder, "labs"));
    }

    /// <summary>A folder for the files of the lab; it ends with it.</summary>
    public string Folder { get; }

    /// <summary>What was built.</summary>
    public Topology Topology { get; private set; } = null!;

    /// <summary>The lab's record.</summary>
    public LabState State => state ?? throw new InvalidOperationException("the lab is not built");

    /// <summary>Skips the test where labs cannot be.</summary>
    public static void Demand(params string[] tools)
    {
        Requires.Root();
        Requires.Tools(["ip", "ping", "nft", .. tools]);
    }

    /// <summary>Writes a file into the folder, at once and whole, as a careful editor does.</summary>
    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Builds a topology; relative paths in it are those of <see cref="Folder"/>.</summary>
    public async Task BuildAsync(string topology)
    {
        Topology = TopologyReader.Parse(topology, Path.Combine(Folder, "topology.yaml"));
        state = await LabBuilder.BuildAsync(Topology, new LabOptions { Name = name }, store, CancellationToken.None);
    }

    /// <summary>The namespace of a node, gateway, network or pod; known before it is built.</summary>
    public string Namespace(string label) => $"{name}-{label}";

    /// <summary>Runs a tool to its end, at most a minute.</summary>
    public static async Task<CommandResult> ToolAsync(string tool, params IReadOnlyList<string> arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await HostCommand.RunAsync(tool, arguments, cancellation: limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{tool} {string.Join(' ', arguments)} did not end within {Limit}");
        }
    }

    /// <summary>Runs a command in a namespace; words are parted by spaces.</summary>
    public Task<CommandResult> TryAsync(string label, string commandLine) =>
        ToolAsync("ip", ["netns", "exec", Namespace(label), .. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>As <see cref="TryAsync"/>, for a command that must succeed; gives what it printed.</summary>
    public async Task<string> RunAsync(string label, string commandLine)
    {
        var result = await TryAsync(label, commandLine);
        Assert.True(result.ExitCode == 0, $"{label}: {commandLine}: exit code {result.ExitCode}\n{result.Output}{result.Errors}\n{Logs()}");
        return result.Output;
    }

    /// <summary>Starts a command in a namespace, its output kept for <see cref="Process.StandardOutput"/>.</summary>
    public Process Start(string label, string commandLine) => Process.Start(new ProcessStartInfo(
        "ip", ["netns", "exec", Namespace(label), .. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a vrouter command with the control socket of a node.</summary>
    public async Task<string> VRouterAsync(string node, string commandLine)
    {
        var words = RouterProcess.Program.Concat(commandLine.Split(' ')).ToList();
        var result = await ToolAsync(words[0], [.. words[1..], "--socket", Path.Combine(store.FolderOf(name), node + ".sock")]);
        Assert.True(result.ExitCode == 0, $"vrouter {commandLine}: exit code {result.ExitCode}\n{result.Output}{result.Errors}");
        return result.Output;
    }

    /// <summary>Captures every wire: each port of each bridge, and eth0 of each pod.</summary>
    public LabCapture Capture() => new(this, $"capture-{Interlocked.Increment(ref counter)}");

    /// <summary>What the routers printed.</summary>
    public string Logs() => string.Join('\n', State.Routers.Select(router => $"--- {router.Node}\n{(File.Exists(router.Log) ? File.ReadAllText(router.Log) : "")}"));

    /// <summary>Ends the lab; fails if something stays.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (state is not null)
                Assert.Empty(await LabEnding.EndAsync(name, store));
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
