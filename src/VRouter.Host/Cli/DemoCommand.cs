using System.CommandLine;
using VRouter.Host.Demo;
using VRouter.Host.Demo.Simulation;
using VRouter.Host.Lab;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter demo</c>: three nodes and a gateway, pods that ping each other, and what every wire carried.</summary>
internal static class DemoCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var word = new Argument<string>("MODE")
        {
            Description = $"How packets travel between nodes: {string.Join(", ", DemoMode.All.Select(mode => mode.Word))}.",
            DefaultValueFactory = _ => DemoMode.Always.Word,
        };
        word.AcceptOnlyFromAmong([.. DemoMode.All.Select(mode => mode.Word)]);
        var inMemory = new Option<bool>("--in-memory") { Description = "The same configuration and engine over wires in memory; needs no root." };
        var keep = new Option<bool>("--keep") { Description = "Leave the network up, and tell how to use and how to end it." };
        var pcap = new Option<string?>("--pcap") { Description = "Leave a capture of each wire in this folder.", HelpName = "DIR" };
        var record = new Option<string?>("--record") { Description = "Each router records all that it is given, in a file of this folder; 'vrouter replay' does it again.", HelpName = "DIR" };
        var command = new CommandWithExamples(
            "demo",
            "Three nodes, a gateway that knows no pod, and a router on each node: who reaches whom, and what every wire carries.",
            ("vrouter demo", "IPIP between all nodes, on real network namespaces if you are root, else in memory"),
            ("vrouter demo never", "no tunnels: see where the packets end"),
            ("vrouter demo vxlan --pcap captures", "VXLAN, and captures that Wireshark opens"),
            ("vrouter demo always --record recordings", "and recordings NODE.pcapng, for 'vrouter replay recordings/walker-1.pcapng --trace'"))
        {
            word, inMemory, keep, pcap, record,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(inMemory) && result.GetValue(keep))
                result.AddError("--keep has nothing to keep with --in-memory.");
        });
        command.SetAction((result, cancellation) => LabErrors.Translate(() =>
        {
            var mode = DemoMode.Find(result.GetRequiredValue(word))!;
            var report = new DemoReport(DemoReport.ConsoleOn(result.InvocationConfiguration.Output), mode);
            var folder = Folder(result.GetValue(pcap));
            var recordings = Folder(result.GetValue(record));
            return result.GetValue(inMemory) || !LabPrivileges.Sufficient
                ? Task.FromResult(RunInMemory(report, mode, folder, recordings, result.GetValue(keep), !result.GetValue(inMemory)))
                : RunOnWiresAsync(report, mode, folder, recordings, result.GetValue(keep), cancellation);
        }));
        return command;
    }

    private static string RecordingOf(string folder, string node) => Path.Combine(folder, node + ".pcapng");

    private static string? Folder(string? path)
    {
        if (path is null)
            return null;
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Host($"cannot make the folder {path}: {e.Message}");
        }
    }

    private static int RunInMemory(DemoReport report, DemoMode mode, string? folder, string? recordings, bool keep, bool forWantOfRoot)
    {
        if (keep)
            LabPrivileges.Demand();
        report.Opening();
        report.Step(forWantOfRoot
            ? "Without root there are no network namespaces to be had: the same routers run here, over wires in memory."
            : "The routers run in this process, over wires in memory.");
        var demo = new MemoryDemo(mode);
        var options = new SimulationOptions { Recording = recordings is null ? null : node => RecordingOf(recordings, node) };
        return Finish(report, mode, demo.Topology, demo.Observe(options), folder, recordings);
    }

    private static async Task<int> RunOnWiresAsync(DemoReport report, DemoMode mode, string? folder, string? recordings, bool keep, CancellationToken cancellation)
    {
        report.Opening();
        var options = new LabOptions
        {
            Tell = report.Step,
            RouterArguments = node => recordings is null ? [] : ["--record", RecordingOf(recordings, node), "--record-force"],
        };
        var demo = await WireDemo.BuildAsync(mode, LabStore.Host, options, cancellation).ConfigureAwait(false);
        try
        {
            report.Kernel(mode.IsVxlan ? "vxlan" : "ipip", await demo.KernelRefusalAsync(mode.IsVxlan ? "vxlan" : "ipip", cancellation).ConfigureAwait(false));
            report.Step("ping between all pods, and a capture on every wire");
            var observation = await demo.ObserveAsync(cancellation).ConfigureAwait(false);
            var code = Finish(report, mode, demo.Topology, observation, folder, recordings);
            if (keep)
                report.Kept(demo.LabName);
            return code;
        }
        catch (Exception)
        {
            keep = false;
            throw;
        }
        finally
        {
            if (!keep)
                (await demo.EndAsync().ConfigureAwait(false)).ToList().ForEach(report.Step);
        }
    }

    private static int Finish(DemoReport report, DemoMode mode, Topology topology, DemoObservation observation, string? folder, string? recordings)
    {
        report.Reachability(observation.Pings);
        foreach (var path in DemoPath.In(mode))
            report.Path(path, topology, observation);
        if (folder is not null)
            report.Captures(observation.WriteTo(folder));
        if (recordings is not null)
            report.Recordings([.. topology.Routers.Select(router => RecordingOf(recordings, router.Node))]);
        var asExpected = observation.IsAsExpected(mode);
        report.Verdict(asExpected);
        return asExpected ? ExitCode.Ok : ExitCode.HostError;
    }
}
