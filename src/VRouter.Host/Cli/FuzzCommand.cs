using System.CommandLine;
using VRouter.Host.Fuzz;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter fuzz</c>: the engine and the parsers under generated and mutated input.</summary>
internal static class FuzzCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var target = new Option<string>("--target")
        {
            Description = "What is fuzzed: the engine, or a parser.", HelpName = string.Join('|', FuzzTargets.Names), DefaultValueFactory = _ => FuzzTargets.Names[0],
        };
        target.AcceptOnlyFromAmong([.. FuzzTargets.Names]);
        var time = BenchOptions.Optional("--time", "Seconds after which it ends. Default: when it is interrupted.", 1, 100_000_000);
        var cases = BenchOptions.Optional("--cases", "Cases after which it ends. The same seed and number give the same result.", 1, int.MaxValue);
        var seed = BenchOptions.Number("--seed", "Where the random numbers begin.", 1, 0, int.MaxValue);
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Where inputs are kept that met something new, for the next run. Default: in memory only.", HelpName = "DIR",
        };
        var output = new Option<string>("--out")
        {
            Description = "Where finds are written, each into a folder of its own.", HelpName = "DIR", DefaultValueFactory = _ => "fuzz-finds",
        };
        var files = ConfigurationOptions.Files();
        files.Required = false;
        files.Description = "Engine: the network of this configuration, which does not change. Default: generated networks. " + files.Description;
        var node = ConfigurationOptions.Node();
        var input = new Option<string?>("--input") { Description = "Runs the input in this file alone; - is standard input.", HelpName = "FILE" };
        var abort = new Option<bool>("--abort") { Description = "With --input: a find ends the process with SIGABRT, as other fuzzers expect it." };
        var afl = new Option<bool>("--afl")
        {
            Description = "Runs inputs that AFL++ gives on standard input, all in one process, and tells it what they meet. For afl-fuzz to start.",
        };
        var instrument = new Option<string?>("--instrument")
        {
            Description = "Writes a copy of this program into a new folder whose code tells what it runs, so that fuzzing is guided by code too; then it ends.", HelpName = "DIR",
        };
        var format = ConfigurationOptions.Output();
        var command = new CommandWithExamples(
            "fuzz",
            "Run the forwarding engine, or a parser, under input that is generated and mutated, and guided by what it meets. The engine goes through every case in its "
            + "stages and in its fused path, with tables that change too; each frame that it sends is read again and held against the routes. Finds are minimised, and "
            + $"written with the command that shows them again. Exit code {ExitCode.Found} if there is one.",
            ("vrouter fuzz --time 60", "the engine for a minute, in generated networks"),
            ("vrouter fuzz --corpus corpus --out finds --seed 7", "until Ctrl-C, with a corpus that grows from run to run"),
            ("vrouter fuzz -f cluster.yaml --node walker-1 --cases 100000", "the router of your own configuration"),
            ("vrouter fuzz --target pcapng --time 30 -o json", "the reader of captures, for programs"),
            ("vrouter fuzz --target engine --input find/input.case", "one input again"),
            ("vrouter fuzz --instrument program && program/vrouter-host fuzz --time 60", "guided by the branches of the code too"),
            ("afl-fuzz -m none -t 10000 -i in -o out -- program/vrouter-host fuzz --target pcapng --afl", "by AFL++; docs/fuzzing.md tells more"))
        {
            target, time, cases, seed, corpus, output, files, node, input, abort, afl, instrument, format,
        };
        command.SetAction((result, cancelled) =>
        {
            var (text, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var name = result.GetRequiredValue(target);
            if (result.GetValue(abort) && result.GetValue(input) is null)
                throw CommandException.Usage("--abort is for --input: a campaign ends with an exit code");
            if (result.GetValue(instrument) is { } folder)
                return Task.FromResult(FuzzOnce.Instrument(folder, text));
            var choice = new FuzzChoice(name, result.GetValue(files) ?? [], result.GetValue(node));
            if (result.GetValue(input) is { } file)
                return Task.FromResult(FuzzOnce.Run(choice, file, result.GetValue(abort), text));
            if (result.GetValue(afl))
                return Task.FromResult(FuzzOnce.RunForAfl(choice, error));
            var options = new FuzzOptions
            {
                Time = result.GetValue(time) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Cases = result.GetValue(cases),
                Seed = (ulong)result.GetValue(seed),
                CorpusFolder = result.GetValue(corpus),
                OutputFolder = result.GetRequiredValue(output),
            };
            return Task.FromResult(new FuzzCampaign(choice, options, text, error).Run(result.GetValue(format) == "json", cancelled));
        });
        return command;
    }
}
