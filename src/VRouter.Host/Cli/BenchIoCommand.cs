using System.CommandLine;
using Spectre.Console;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Io;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter bench io</c>: frames through real interfaces, beside the kernel.</summary>
internal static class BenchIoCommand
{
    private const int LeastFrame = 64;
    private const int EthernetAndFcs = 18;
    private const string Kernel = "kernel", None = "none";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var driver = Choice("--driver", "The router's ports.", [.. IoDriver.All.Select(known => known.Name)]);
        var mode = Choice("--mode", "How packets travel between nodes.", "plain", "ipip", "vxlan");
        var peer = new Option<string[]>("--peer")
        {
            Description = $"What is measured beside, in the same run: {Kernel}, {None}, or a program that forwards, run as PROGRAM IN OUT NEXT-HOP-MAC; can be repeated.",
            HelpName = $"{Kernel}|{None}|PROGRAM",
            DefaultValueFactory = _ => [Kernel],
        };
        var seconds = BenchOptions.Number("--seconds", "Seconds for each measurement.", 3, 1, 3600);
        var frame = BenchOptions.Number("--frame-size", "Bytes of a frame with its FCS, before encapsulation.", LeastFrame, LeastFrame, IoNetwork.Mtu + EthernetAndFcs);
        var flows = BenchOptions.Number("--flows", "Flows that the frames belong to, in turn.", 16, 1, 256);
        var record = new Option<bool>("--record")
        {
            Description = "Measures the same router once more while it records (vrouter run --record), in turns with the one that does not. The file is made among the temporary files (TMPDIR) and removed: "
                + "about 100 bytes for each short frame, some gigabytes in all.",
        };
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "io",
            "Measure a router over real interfaces: the frames that it forwards each second, the highest rate without loss, processor time, latency, TCP and idleness, and the kernel's own "
            + "forwarding beside it. It builds network namespaces of its own, needs root and two cores, and leaves nothing behind.",
            ("vrouter bench io", "af-packet ports, no tunnel, beside the kernel's ip_forward"),
            ("vrouter bench io --mode vxlan --seconds 10", "beside the kernel's vxlan device, longer"),
            ("vrouter bench io --driver tap --mode ipip --peer none -o json", "for programs"),
            ("vrouter bench io --record --peer none", "what a recording costs the data path"),
            ("vrouter bench io --peer kernel --peer ./my-forwarder", "beside a forwarder of your own"))
        {
            driver, mode, record, peer, seconds, frame, flows, format,
        };
        command.SetAction((result, cancellation) => LabErrors.Translate(async () =>
        {
            var settings = Settings(
                result.GetRequiredValue(driver), result.GetRequiredValue(mode), result.GetRequiredValue(peer), result.GetValue(seconds), result.GetValue(frame), result.GetValue(flows))
                with { Record = result.GetValue(record) };
            var output = result.InvocationConfiguration.Output;
            var report = await RunAsync(settings, result.InvocationConfiguration.Error, cancellation).ConfigureAwait(false);
            if (result.GetValue(format) == "json")
                JsonText.Write(output, report, IoJson.Default.IoReport);
            else
                BenchIoTables.Write(report, output, Terminal.IsOutput(output));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Option<string> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static IoSettings Settings(string driver, string mode, string[] peers, int seconds, int frame, int flows)
    {
        var chosen = Enum.Parse<IoMode>(mode, ignoreCase: true);
        var most = IoNetwork.PodMtu(chosen) + EthernetAndFcs;
        if (frame > most)
            throw CommandException.Usage($"--frame-size {frame}: in mode {mode} a pod's frame has at most {most} bytes");
        if (peers.Contains(None) && peers.Length > 1)
            throw CommandException.Usage($"--peer {None} excludes other peers");
        var programs = peers.Where(peer => peer is not (Kernel or None)).Select(Path.GetFullPath).ToList();
        if (programs.Find(program => !File.Exists(program)) is { } missing)
            throw CommandException.Usage($"--peer: there is no program {missing}; known are {Kernel} and {None}");
        var cores = PinnedThread.AllowedCores();
        if (cores.Length < 2)
            throw CommandException.Host("sending and forwarding need a core each, and this process may use only one");
        return new IoSettings
        {
            Driver = IoDriver.All.First(known => known.Name == driver),
            Mode = chosen,
            Kernel = peers.Contains(Kernel),
            Programs = programs,
            Seconds = seconds,
            FrameSize = frame,
            Flows = flows,
            SenderCore = cores[0],
            RouterCore = cores[^1],
        };
    }

    private static async Task<IoReport> RunAsync(IoSettings settings, TextWriter error, CancellationToken cancellation)
    {
        var steps = IoBench.StepsOf(settings);
        if (!Terminal.IsError(error))
            return await new IoBench(settings, new IoProgress(steps, (_, _) => { })).RunAsync(cancellation).ConfigureAwait(false);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return await console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context =>
            {
                var bar = context.AddTask("beginning", maxValue: 1);
                return new IoBench(settings, new IoProgress(steps, (share, what) =>
                {
                    bar.Value = share;
                    bar.Description = Markup.Escape(what);
                })).RunAsync(cancellation);
            }).ConfigureAwait(false);
    }
}
