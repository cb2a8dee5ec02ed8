using System.Diagnostics;
using System.Globalization;
using System.Text;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A command that runs beside the test; it ends with it.</summary>
internal sealed class BackgroundCommand : IAsyncDisposable
{
    private readonly Process process;
    private readonly string name;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly Task[] readers;

    private BackgroundCommand(Process process, string name)
    {
        this.process = process;
        this.name = name;
        readers = [ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, errors)];
    }

    /// <summary>The process; commands that replace themselves (ip netns exec, env, setpriv) keep the number.</summary>
    public int Pid => process.Id;

    /// <summary>True while it has not ended.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>What it printed so far.</summary>
    public string Output => Text(output);

    /// <summary>What it complained so far.</summary>
    public string Errors => Text(errors);

    /// <summary>Starts it.</summary>
    public static BackgroundCommand Start(params IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new BackgroundCommand(process, string.Join(' ', words));
    }

    /// <summary>Sends a signal, by its name without SIG.</summary>
    public async Task SignalAsync(string signal)
    {
        if (IsRunning)
            await TestLab.ToolAsync("kill", "-" + signal, Pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> WaitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await Task.WhenAll(readers).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{name} did not end within {within.TotalSeconds:0} s; it printed:\n{Output}{Errors}");
        }

        return new CommandResult(process.ExitCode, Output, Errors);
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task<CommandResult> EndAsync(string signal, TimeSpan? within = null)
    {
        await SignalAsync(signal);
        return await WaitAsync(within ?? TimeSpan.FromSeconds(10));
    }

    /// <summary>Waits until a text stands in what it printed or complained.</summary>
    public async Task WaitForTextAsync(string text, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(20);
        var waited = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal) && !Errors.Contains(text, StringComparison.Ordinal))
        {
            if (!IsRunning)
                throw new InvalidOperationException($"{name} ended with exit code {process.ExitCode} before it printed '{text}':\n{Output}{Errors}");
            if (waited.Elapsed > limit)
                throw new TimeoutException($"{name} did not print '{text}' within {limit.TotalSeconds:0} s:\n{Output}{Errors}");
            await Task.Delay(10);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var read)
        {
            lock (into)
                into.Append(buffer, 0, read);
        }
    }

    private static string Text(StringBuilder builder)
    {
        lock (builder)
            return builder.ToString();
    }
}
