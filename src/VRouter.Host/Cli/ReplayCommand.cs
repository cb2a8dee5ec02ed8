using System.CommandLine;
using VRouter.Host.Recording;
using VRouter.Host.Replay;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter replay</c>: the frames of a capture through the engine.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("IN") { Description = "The capture, pcap or pcapng, or a recording of 'vrouter run --record'." };
        var files = ConfigurationOptions.Files();
        files.Required = false;
        var port = new Option<string?>("--port")
        {
            Description = "The port that receives the frames: the uplink's interface or a workload's. Default: each frame comes to the port that its interface in "
                + "the pcapng is named as.",
            HelpName = "NAME",
        };
        var worker = new Option<int?>("--worker") { Description = "Of a recording: replays this worker only, from 0.", HelpName = "N" };
        var range = new Option<string?>("--frames") { Description = "Of a recording: traces these frames only, as tshark numbers them.", HelpName = "FIRST-LAST" };
        var node = ConfigurationOptions.Node();
        var output = new Option<string?>("--out")
        {
            Description = "Writes what the router sends, with an interface for each port: pcapng, or pcap if the name ends so.", HelpName = "FILE",
        };
        var trace = new Option<bool>("--trace") { Description = "Tells what each stage decided about each frame." };
        var noArp = new Option<bool>("--no-neighbors")
        {
            Description = "Nobody answers the router's ARP requests, unless the capture does. Default: each neighbor answers with the MAC address 02:00 "
                + "and its IPv4 address.",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Makes the fuzzer's checks on these frames too: counters that add up, frames that are right on the wire, the fused path as the stages. "
                + $"Exit code {ExitCode.Found} if one fails. What they leave out of a recording is told.",
        };
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "replay",
            "Send the frames of a capture through the router of a node, without its host and without root. The result depends on nothing but the files. "
            + "A recording needs no configuration and no port: it is replayed as it was, and compared with what the router did then; a difference is told, and ends the command with 1. "
            + $"Of a capture, what spec.uplink does not give: address, the Node's; gateway, none; mtu, {ReplayUplink.DefaultMtu}; mac, {ReplayUplink.DefaultMac}.",
            ("vrouter replay in.pcap -f cluster.yaml --port calie50081a277c --out out.pcapng", "what leaves the node for what a pod sent"),
            ("vrouter replay in.pcap -f cluster.yaml --node walker-1 --port eth0 --trace", "why frames from the uplink went where they went"),
            ("vrouter replay ports.pcapng -f cluster.yaml", "frames of several ports, whose names the pcapng's interfaces have"),
            ("vrouter replay bug.pcapng --trace --frames 120-130", "what a recorded router did with these frames"))
        {
            input, files, port, node, output, trace, noArp, check, worker, range, format,
        };
        command.SetAction(result =>
        {
            var (paths, isRecording) = (result.GetValue(files) ?? [], RecordingReader.IsRecording(result.GetRequiredValue(input)));
            if (isRecording)
            {
                if (paths.Length > 0 || result.GetValue(port) is not null || result.GetValue(node) is not null || result.GetValue(noArp))
                {
                    throw CommandException.Usage($"{result.GetRequiredValue(input)} is a recording, which brings its own configuration, ports and neighbors and is always compared; "
                        + "leave out -f, --node, --port and --no-neighbors");
                }

                return ReplayRecordingCommand.Run(
                    new RecordingReplayOptions { Input = result.GetRequiredValue(input), Output = result.GetValue(output), Worker = result.GetValue(worker), Check = result.GetValue(check) },
                    result.GetValue(trace),
                    result.GetValue(range),
                    result.GetValue(format) == "json",
                    result.InvocationConfiguration.Output,
                    result.InvocationConfiguration.Error);
            }

            if (paths.Length == 0)
                throw CommandException.Usage($"{result.GetRequiredValue(input)} is no recording, so it needs -f PATH");
            if (result.GetValue(worker) is not null || result.GetValue(range) is not null)
                throw CommandException.Usage("--worker and --frames are for recordings");
            var options = new ReplayOptions
            {
                Input = result.GetRequiredValue(input),
                Paths = paths,
                Port = result.GetValue(port),
                Node = result.GetValue(node),
                Output = result.GetValue(output),
                AnswerArp = !result.GetValue(noArp),
                Check = result.GetValue(check),
            };
            var (text, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            try
            {
                var view = result.GetValue(format) == "json"
                    ? WriteJson(options, result.GetValue(trace), text, error)
                    : WriteText(options, result.GetValue(trace), text, error);
                if (view.Finding is null)
                    return ExitCode.Ok;
                error.WriteLine($"vrouter: the check found: {view.Finding}");
                return ExitCode.Found;
            }
            catch (ReplayException e)
            {
                throw CommandException.Usage(e.Message);
            }
        });
        return command;
    }

    private static ReplayView WriteJson(ReplayOptions options, bool traces, TextWriter output, TextWriter error)
    {
        var steps = new List<TraceStep>();
        var view = ReplayRun.Run(options, finding => error.WriteLine(finding), traces ? steps.Add : null);
        JsonText.Write(output, view with { Trace = traces ? steps : null }, ReplayJson.Default.ReplayView);
        return view;
    }

    private static ReplayView WriteText(ReplayOptions options, bool traces, TextWriter output, TextWriter error)
    {
        var view = ReplayRun.Run(options, finding => error.WriteLine(finding), traces ? TraceText.To(output) : null);
        if (traces)
            output.WriteLine();
        var isTerminal = Terminal.IsOutput(output);
        ShowTables.Counters(view.Counters, output, isTerminal);
        output.WriteLine();
        ShowTables.Drops(view.Drops, output, isTerminal);
        return view;
    }
}
