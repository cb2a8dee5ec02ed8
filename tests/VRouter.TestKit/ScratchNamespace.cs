using System.Diagnostics;

namespace VRouter.TestKit;

/// <summary>A network namespace of one test: made with a unique name, its loopback up, deleted at the end.</summary>
public sealed class ScratchNamespace : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static int counter;

    /// <summary>Makes it; skips the test without root.</summary>
    public ScratchNamespace()
    {
        Requires.Root();
        Requires.Tools("ip");
        Name = $"vrtest-{Environment.ProcessId:x}-{Interlocked.Increment(ref counter)}";
        Run("ip", "netns", "add", Name);
        Ip("link set lo up");
        // Nothing but the test itself is to speak: no router solicitations, no duplicate address detection.
        Exec("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
    }

    /// <summary>The name, as ip-netns(8) knows it.</summary>
    public string Name { get; }

    /// <summary>Runs ip(8) in it; an exception ends the test unless it succeeds.</summary>
    public string Ip(string arguments) => Run("ip", ["-n", Name, .. Words(arguments)]);

    /// <summary>Runs a command in it, split at spaces; an exception ends the test unless it succeeds.</summary>
    public string Exec(string commandLine) => Run("ip", ["netns", "exec", Name, .. Words(commandLine)]);

    /// <inheritdoc/>
    public void Dispose() => Run("ip", "netns", "del", Name);

    private static string[] Words(string commandLine) => commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds:0} s.");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output.Result}{errors.Result}");
    }
}
