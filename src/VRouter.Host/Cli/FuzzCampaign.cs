using VRouter.Host.Bench;
using VRouter.Host.Fuzz;

namespace VRouter.Host.Cli;

/// <summary>A run of the fuzzer that a person started: progress while it lasts, each find as it comes, a summary at the end.</summary>
/// <param name="choice">The target.</param>
/// <param name="options">How long, and where things are kept.</param>
/// <param name="output">The summary.</param>
/// <param name="error">Progress and finds.</param>
internal sealed class FuzzCampaign(FuzzChoice choice, FuzzOptions options, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    /// <summary>Runs it.</summary>
    /// <param name="asJson">The summary as JSON.</param>
    /// <param name="ending">Cancelled when it is to end.</param>
    /// <returns>An exit code.</returns>
    public int Run(bool asJson, CancellationToken ending)
    {
        try
        {
            var target = choice.Create(finding => error.WriteLine(finding));
            using var progress = new BenchProgress(Terminal.IsError(error) ? error : null);
            using var hang = new HangWatch(LongestRun, (input, age) => EndByHang(target, input, age));
            var fuzzer = new Fuzzer(target, options)
            {
                Progress = now => progress.Say(Describe(now)),
                Found = find => error.WriteLine($"{(Terminal.IsError(error) ? "\r" : "")}found {find.Oracle}: {FirstLine(find.Message)}\n  {find.Folder}\n  again: {find.Reproduce}"),
                Running = input =>
                {
                    if (input is null)
                        hang.End();
                    else
                        hang.Begin(input);
                },
            };
            var report = fuzzer.Run(ending);
            progress.Dispose();
            if (asJson)
                JsonText.Write(output, report, FuzzJson.Default.FuzzReport);
            else
                WriteTable(report);
            return report.Finds.Count == 0 ? ExitCode.Ok : ExitCode.Found;
        }
        catch (FuzzException e)
        {
            throw CommandException.Usage(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Host(e.Message);
        }
    }

    private static string Describe(FuzzProgress now)
    {
        var seconds = Math.Max(now.Elapsed.TotalSeconds, 0.001);
        return $"{now.Elapsed:hh\\:mm\\:ss}  {now.Cases:N0} cases ({now.Cases / seconds:N0}/s)  {now.Frames:N0} frames ({now.Frames / seconds:N0}/s)  "
            + $"corpus {now.Corpus:N0}  features {now.Features:N0}  finds {now.Finds}";
    }

    private static string FirstLine(string text) => text.Split('\n')[0];

    private void WriteTable(FuzzReport report)
    {
        var seconds = Math.Max(report.Seconds, 0.001);
        var isTerminal = Terminal.IsOutput(output);
        var table = new DataTable("TARGET", "SEED", "SECONDS", "CASES", "CASES/S", "FRAMES", "FRAMES/S", "CORPUS", "FEATURES", "FINDS")
            .Numbers("SEED", "SECONDS", "CASES", "CASES/S", "FRAMES", "FRAMES/S", "CORPUS", "FEATURES", "FINDS");
        table.Add(
            report.Target, $"{report.Seed}", $"{report.Seconds:F1}", $"{report.Cases}", $"{report.Cases / seconds:F0}", $"{report.Frames}", $"{report.Frames / seconds:F0}",
            $"{report.Corpus}", $"{report.Features}", $"{report.Finds.Count}");
        table.Write(output, isTerminal);
        if (report.Finds.Count == 0)
            return;
        output.WriteLine();
        var finds = new DataTable("FOUND", "WHAT", "FOLDER");
        foreach (var find in report.Finds)
            finds.Add(find.Oracle, FirstLine(find.Message), find.Folder);
        finds.Write(output, isTerminal);
    }

    private void EndByHang(IFuzzTarget target, byte[] input, TimeSpan age)
    {
        var finding = new Finding(Oracles.Hang, $"a run has taken {age.TotalSeconds:F0} s of processor time and does not end");
        var find = FindFolder.Write(target, input, finding, caseNumber: 0, options.OutputFolder);
        error.WriteLine($"found {finding.Oracle}: {finding.Message}\n  {find.Folder}\n  again: {find.Reproduce}");
        error.Flush();
        Environment.Exit(ExitCode.Found);
    }
}
