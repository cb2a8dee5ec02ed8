using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace VRouter.Host.Lab;

/// <summary>A lab's <c>vrouter run</c> on one node: its command line, its configuration document, its start and its ready line.</summary>
internal static class RouterProcess
{
    /// <summary>What the line begins with that the router prints when it forwards.</summary>
    public const string ReadyLine = "vrouter: ready: ";

    private const int LogTailLines = 30;

    /// <summary>
    /// The program and the arguments before a command's own: the executable beside this assembly, or dotnet and the assembly where only
    /// that is there.
    /// </summary>
    public static IReadOnlyList<string> Program { get; } = FindProgram();

    /// <summary>
    /// The RouterConfiguration of a router whose topology gives one, as a YAML document; its control socket is in the lab's folder unless
    /// the topology names one. Null if the resources contain it.
    /// </summary>
    public static string? ConfigurationOf(TopologyRouter router, string folder)
    {
        if (router.Configuration is null)
            return null;
        var stream = new YamlStream();
        stream.Load(new StringReader(router.Configuration));
        var spec = (YamlMappingNode)stream.Documents[0].RootNode;
        if (!spec.Children.ContainsKey("control"))
            spec.Add("control", new YamlMappingNode("socket", Path.Combine(folder, router.Node + ".sock")));
        var document = new YamlMappingNode
        {
            { "apiVersion", "vrouter/v1" },
            { "kind", "RouterConfiguration" },
            { "metadata", new YamlMappingNode("name", router.Node) },
            { "spec", spec },
        };
        var text = new StringWriter();
        new YamlStream(new YamlDocument(document)).Save(text, assignAnchors: false);
        return text.ToString();
    }

    /// <summary>Writes what <see cref="ConfigurationOf"/> gives into the lab's folder.</summary>
    /// <returns>The file, or null if there is nothing to write.</returns>
    public static string? WriteConfiguration(TopologyRouter router, string folder)
    {
        if (ConfigurationOf(router, folder) is not { } text)
            return null;
        var path = Path.Combine(folder, router.Node + ".yaml");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The whole command line of a router.</summary>
    public static IReadOnlyList<string> CommandLine(TopologyRouter router, string? configuration, IReadOnlyList<string> more)
    {
        var files = configuration is null ? router.Resources : [.. router.Resources, configuration];
        return [.. Program, "run", .. files.SelectMany(file => new[] { "-f", file }), "--node", router.Node, .. more];
    }

    /// <summary>Waits until the router has printed its ready line.</summary>
    /// <exception cref="LabException">It ended before, or did not become ready in time; the message has the end of its output.</exception>
    public static async Task WaitUntilReadyAsync(LabRouter router, Process process, TimeSpan within, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        while (!IsReady(router.Log))
        {
            if (process.HasExited)
                throw new LabException($"the router of {router.Node} ended with exit code {process.ExitCode} before it was ready:\n{Tail(router.Log)}");
            if (waited.Elapsed > within)
                throw new LabException($"the router of {router.Node} was not ready within {within.TotalSeconds:0} s; it printed:\n{Tail(router.Log)}");
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsReady(string log) => Lines(log).Any(line => line.StartsWith(ReadyLine, StringComparison.Ordinal));

    private static string Tail(string log)
    {
        var lines = Lines(log);
        return lines.Count == 0 ? "  (nothing)" : string.Join('\n', lines.TakeLast(LogTailLines).Select(line => "  " + line));
    }

    private static List<string> Lines(string log)
    {
        if (!File.Exists(log))
            return [];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static IReadOnlyList<string> FindProgram()
    {
        // Not the assembly's location, which is empty where the program is one file.
        var executable = Path.Combine(AppContext.BaseDirectory, typeof(RouterProcess).Assembly.GetName().Name!);
        return File.Exists(executable) ? [executable] : [Environment.ProcessPath ?? "dotnet", executable + ".dll"];
    }
}
