using System.Globalization;
using VRouter.Host.Replay;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter replay</c> of a recording.</summary>
internal static class ReplayRecordingCommand
{
    /// <summary>Replays, and prints what came of it.</summary>
    /// <returns>The exit code: 1 if the replay differs from what was recorded, 3 if a check found something.</returns>
    /// <exception cref="CommandException">The file cannot be replayed.</exception>
    public static int Run(RecordingReplayOptions options, bool traces, string? frames, bool json, TextWriter output, TextWriter error)
    {
        var (first, last) = RangeOf(frames, traces);
        var steps = new List<TraceStep>();
        var trace = traces ? new ReplayTrace(json ? steps.Add : TraceText.To(output)) { First = first, Last = last } : null;
        try
        {
            var check = options.Check ? RecordingCheck.Run(options.Input) : null;
            var finding = check?.Finding;
            var view = RecordingReplay.Run(options, trace) with { Check = check };
            if (json)
                JsonText.Write(output, view with { Trace = traces ? steps : null }, ReplayJson.Default.RecordingReplayView);
            else
                Write(view, traces, output);
            if (finding is not null)
                error.WriteLine($"vrouter: the check found: {finding}");
            return finding is not null ? ExitCode.Found : view.IsIdentical ? ExitCode.Ok : ExitCode.HostError;
        }
        catch (ReplayException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    private static void Write(RecordingReplayView view, bool traces, TextWriter output)
    {
        if (traces)
            output.WriteLine();
        var isTerminal = Terminal.IsOutput(output);
        output.WriteLine($"node {(view.Node.Length == 0 ? "-" : view.Node)}, recorded by vRouter {view.RecordedBy}; workers {view.Workers}, passes {view.Passes}, changes of tables {view.TableChanges}");
        output.WriteLine($"end: {view.End}");
        output.WriteLine(view.IsIdentical ? "identical: every frame that was sent and every counter are as they were" : $"different: {view.Difference}");
        if (view.Check is { } check)
        {
            output.WriteLine($"check: {(check.Finding is null ? "nothing was found" : "something was found")}; frames {check.Frames}, sent {check.Sent}");
            foreach (var limit in check.Limits)
                output.WriteLine($"check: {limit}");
        }

        output.WriteLine();
        ShowTables.Counters(view.Counters, output, isTerminal);
        output.WriteLine();
        ShowTables.Drops(view.Drops, output, isTerminal);
    }

    private static (uint First, uint Last) RangeOf(string? frames, bool traces)
    {
        if (frames is null)
            return (1, uint.MaxValue);
        if (!traces)
            throw CommandException.Usage("--frames says what --trace shows; give that too");
        var parts = frames.Split('-');
        return parts.Length is 1 or 2
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && uint.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first > 0 && last >= first
            ? (first, last)
            : throw CommandException.Usage($"--frames '{frames}' is no range; write FIRST-LAST, as 120-130");
    }
}
