using System.Diagnostics;

namespace VRouter.Io.Tests.Support;

/// <summary>Runs a tool and waits for it, at most a bounded time.</summary>
internal static class Shell
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Splits the command line at spaces. Fails the test if the exit code is not 0; returns the standard output.</summary>
    public static string Run(string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Run(words[0], words[1..]);
    }

    public static string Run(string tool, params string[] arguments)
    {
        using var process = Start(tool, arguments);
        return Finish(process);
    }

    /// <summary>False if the exit code is not 0.</summary>
    public static bool TryRun(string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var process = Start(words[0], words[1..]);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public static Process Start(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end; fails the test if it does not come or the exit code is not 0.</summary>
    public static string Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Assert.Fail($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end within {Limit}.");
        }

        Assert.True(
            process.ExitCode == 0,
            $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}: exit code {process.ExitCode}\n{output.Result}{errors.Result}");
        return output.Result;
    }
}
