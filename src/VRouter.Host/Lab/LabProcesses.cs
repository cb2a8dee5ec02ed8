using System.Diagnostics;
using System.Globalization;
using VRouter.Io.Linux;

namespace VRouter.Host.Lab;

/// <summary>
/// Starts and ends the router processes of labs. Each carries its lab's random token in its environment; only a process with that token
/// is ever signalled, so that a recycled process number cannot hit a stranger.
/// </summary>
internal static class LabProcesses
{
    private const string TokenVariable = "VROUTER_LAB";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Starts a command in a namespace, in a session of its own, with its output in a file; it outlives the caller.
    /// </summary>
    /// <returns>The process; setsid, sh and ip replace themselves by the command, so the number is the command's.</returns>
    public static Process Start(string space, string log, string token, IReadOnlyList<string> command)
    {
        string[] arguments =
        [
            "sh", "-c", "log=$1; space=$2; shift 2; exec ip netns exec \"$space\" \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, space, .. command,
        ];
        var start = new ProcessStartInfo("setsid", arguments);
        start.Environment[TokenVariable] = token;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"cannot run 'setsid': {e.Message}", e);
        }
    }

    /// <summary>The living processes that carry a token.</summary>
    public static IReadOnlyList<int> WithToken(string token)
    {
        var marker = $"{TokenVariable}={token}";
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && HasVariable(folder, marker))
                found.Add(pid);
        }

        return found;
    }

    /// <summary>True if the process lives and carries the token.</summary>
    public static bool IsAlive(int pid, string token) => HasVariable($"/proc/{pid}", $"{TokenVariable}={token}");

    /// <summary>Ends all processes that carry a token: SIGTERM, and SIGKILL for those that are still there after five seconds.</summary>
    /// <returns>What a person should know, one sentence each.</returns>
    public static async Task<IReadOnlyList<string>> EndAsync(string token)
    {
        var first = WithToken(token);
        foreach (var pid in first)
            Libc.kill(pid, Libc.SIGTERM);
        var waited = Stopwatch.StartNew();
        while (first.Any(pid => IsAlive(pid, token)) && waited.Elapsed < Patience)
            await Task.Delay(20).ConfigureAwait(false);

        var notes = new List<string>();
        foreach (var pid in WithToken(token))
        {
            notes.Add($"process {pid} ({NameOf(pid.ToString(CultureInfo.InvariantCulture))}) did not end within {Patience.TotalSeconds:0} s and was killed");
            Libc.kill(pid, Libc.SIGKILL);
        }

        while (WithToken(token).Count > 0 && waited.Elapsed < Patience * 2)
            await Task.Delay(20).ConfigureAwait(false);
        return notes;
    }

    /// <summary>A process's name, or "gone".</summary>
    public static string NameOf(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "gone";
        }
    }

    private static bool HasVariable(string folder, string marker)
    {
        try
        {
            return File.ReadAllText(folder + "/environ").Split('\0').Contains(marker);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The process ended meanwhile, or is somebody else's.
        }
    }
}
