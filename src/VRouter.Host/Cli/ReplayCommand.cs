using System.CommandLine;
using VRouter.Host.Replay;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter replay</c>: the frames of a capture through the engine.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var input = new Argument<string>("IN") { Description = "The capture, pcap or pcapng." };
        var files = ConfigurationOptions.Files();
        var port = new Option<string>("--port")
        {
            Description = "The port that receives the frames: the uplink's interface or a workload's.", HelpName = "NAME", Required = true,
        };
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
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "replay",
            "Send the frames of a capture through the router of a node, without its host and without root. The result depends on nothing but the files. "
            + $"What spec.uplink does not give: address, the Node's; gateway, none; mtu, {ReplayUplink.DefaultMtu}; mac, {ReplayUplink.DefaultMac}.",
            ("vrouter replay in.pcap -f cluster.yaml --port calie50081a277c --out out.pcapng", "what leaves the node for what a pod sent"),
            ("vrouter replay in.pcap -f cluster.yaml --node walker-1 --port eth0 --trace", "why frames from the uplink went where they went"))
        {
            input, files, port, node, output, trace, noArp, format,
        };
        command.SetAction(result =>
        {
            var options = new ReplayOptions
            {
                Input = result.GetRequiredValue(input),
                Paths = result.GetRequiredValue(files),
                Port = result.GetRequiredValue(port),
                Node = result.GetValue(node),
                Output = result.GetValue(output),
                AnswerArp = !result.GetValue(noArp),
            };
            var (text, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            try
            {
                if (result.GetValue(format) == "json")
                    WriteJson(options, result.GetValue(trace), text, error);
                else
                    WriteText(options, result.GetValue(trace), text, error);
                return ExitCode.Ok;
            }
            catch (ReplayException e)
            {
                throw CommandException.Usage(e.Message);
            }
        });
        return command;
    }

    private static void WriteJson(ReplayOptions options, bool traces, TextWriter output, TextWriter error)
    {
        var steps = new List<TraceStep>();
        var view = ReplayRun.Run(options, finding => error.WriteLine(finding), traces ? steps.Add : null);
        JsonText.Write(output, view with { Trace = traces ? steps : null }, ReplayJson.Default.ReplayView);
    }

    private static void WriteText(ReplayOptions options, bool traces, TextWriter output, TextWriter error)
    {
        var frame = 0L;
        void Tell(TraceStep step)
        {
            if (step.Frame != frame)
                output.WriteLine($"frame {frame = step.Frame}");
            output.WriteLine($"  {step.Stage,-18} {step.Verdict,-26} {step.Packet}".TrimEnd());
        }

        var view = ReplayRun.Run(options, finding => error.WriteLine(finding), traces ? Tell : null);
        if (traces)
            output.WriteLine();
        var isTerminal = Terminal.IsOutput(output);
        ShowTables.Counters(view.Counters, output, isTerminal);
        output.WriteLine();
        ShowTables.Drops(view.Drops, output, isTerminal);
    }
}
