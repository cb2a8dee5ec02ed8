using System.CommandLine;
using VRouter.Core.Frames;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter bench engine</c>: what the engine takes for each frame.</summary>
internal static class BenchEngineCommand
{
    private const string FullTable = "plain-full-table";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var path = new Option<string[]>("--path")
        {
            Description = $"A way through the engine; can be repeated. Default: all, and {FullTable} if --routes is given.",
            HelpName = string.Join('|', ForwardingPaths.Names),
            DefaultValueFactory = _ => [],
        };
        path.AcceptOnlyFromAmong([.. ForwardingPaths.Names]);
        var rounds = BenchOptions.Number("--rounds", "Measured rounds, each of about 100,000 frames for each path.", 100, 1, 100_000);
        var vector = BenchOptions.Number("--vector", "Frames for each call of the engine.", FrameVector.MaxCount, 1, FrameVector.MaxCount);
        var frame = BenchOptions.Number(
            "--frame-size",
            "Bytes of a frame with its FCS, before a tunnel's headers are added or after they are taken off.",
            EngineWorkload.LeastFrameSize,
            EngineWorkload.LeastFrameSize,
            EngineWorkload.MostFrameSize);
        var prefixes = BenchOptions.Number("--prefixes", $"Remote /26 prefixes, except for {FullTable}.", 1024, 1, EngineWorkload.MostPrefixes);
        var peers = BenchOptions.Number("--peers", "Nodes that the prefixes lie behind, in turn.", 64, 1, EngineWorkload.MostPeers);
        var routes = BenchOptions.Routes($"The routes of {FullTable}. Default: {BenchOptions.GeneratedRoutes:N0} of the Internet's shape.");
        var destinations = BenchOptions.Number(
            "--destinations", $"For {FullTable}: random addresses of the covered space that frames go to in turn.", 1_000_000, 1, 4_000_000);
        var core = BenchOptions.Core();
        var warmUp = BenchOptions.Number("--warm-up", "Seconds of unmeasured rounds before, and more until the just-in-time compiler is idle; 0: none.", 1, 0, 600);
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "engine",
            "Measure what the engine takes for each frame: from the frame in memory to the frame sent, its buffer freed. Every check and counter is on. Frames are "
            + "made outside of the measured time.",
            ("vrouter bench engine", "all paths with 64-byte frames, 1,024 prefixes, 64 peers"),
            ("vrouter bench engine --path plain --path vxlan-encap --frame-size 1518 -o json", "two paths with large frames, for programs"),
            ("vrouter bench engine --routes prefixes.txt.gz --path plain-full-table", "a table of your own, with a million destinations"))
        {
            path, rounds, vector, frame, prefixes, peers, routes, destinations, core, warmUp, format,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(path) is { Length: > 0 } asked && !asked.Contains(FullTable) && result.GetValue(routes) is not null)
                result.AddError($"--routes is for the path {FullTable}, which is not asked for");
        });
        command.SetAction((result, stop) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var file = result.GetValue(routes);
            string[] names = result.GetValue(path) is { Length: > 0 } asked ? [.. asked.Distinct()]
                : [.. ForwardingPaths.Names.Where(name => name != FullTable || file is not null)];
            Check(result, names, [prefixes], [destinations]);
            var workload = new EngineWorkload
            {
                Path = ForwardingPath.Plain,
                VectorSize = result.GetValue(vector),
                FrameSize = result.GetValue(frame),
                Prefixes = result.GetValue(prefixes),
                Peers = result.GetValue(peers),
                Destinations = result.GetValue(destinations),
            };
            if (workload.Peers > workload.Prefixes && names.Any(name => name != FullTable))
                throw CommandException.Usage($"--peers {workload.Peers} needs at least as many --prefixes: each peer has a prefix of its own");
            var report = BenchOptions.Run(error, progress =>
            {
                var chosen = PinnedThread.Choose(result.GetValue(core));
                var settings = new EngineSettings(
                    chosen,
                    result.GetValue(rounds),
                    PathSeries.ForwardsPerRound * (FrameVector.MaxCount / workload.VectorSize) * workload.VectorSize,
                    result.GetValue(warmUp),
                    workload.VectorSize,
                    workload.FrameSize,
                    workload.Prefixes,
                    workload.Peers,
                    names.Contains(FullTable) ? file ?? "generated" : null);
                progress.Say("reading routes");
                return Measure(workload with { Routes = names.Contains(FullTable) ? Routes(file, workload.Peers) : [] }, names, settings, progress, stop);
            });
            if (result.GetValue(format) == "json")
                JsonText.Write(output, report, BenchJson.Default.EngineReport);
            else
                BenchTables.Engine(report, output, Terminal.IsOutput(output));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static EngineReport Measure(EngineWorkload workload, string[] names, EngineSettings settings, BenchProgress progress, CancellationToken stop)
    {
        var (begun, host) = (DateTimeOffset.UtcNow, HostFacts.Read());
        var bench = new EngineBench(
            [.. names.Select(name => workload with { Path = ForwardingPaths.Parse(name) })], settings.Rounds, TimeSpan.FromSeconds(settings.WarmUpSeconds));
        var (noise, paths) = PinnedThread.Run(settings.Core, () => bench.Run(host.TimestampGigahertz, progress, stop));
        return new EngineReport("engine", begun, host, settings, noise, paths);
    }

    private static List<KeyValuePair<Core.Tables.IPv4Prefix, int>> Routes(string? file, int peers) =>
        file is null ? GeneratedRoutes.OfInternetShape(BenchOptions.GeneratedRoutes, peers) : RouteFile.Read(file, peers);

    // An option that would change nothing is a mistake of whoever typed it.
    private static void Check(ParseResult result, string[] names, Option[] forBlocks, Option[] forFullTable)
    {
        foreach (var option in names is [FullTable] ? forBlocks : names.Contains(FullTable) ? [] : forFullTable)
        {
            if (result.IsGiven(option))
                throw CommandException.Usage($"{option.Name} has no meaning for {string.Join(", ", names)}");
        }
    }
}
