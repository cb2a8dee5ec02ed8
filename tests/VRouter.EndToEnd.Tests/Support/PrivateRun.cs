using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>
/// The vrouter command as a person types it, with a /run of its own: names of namespaces and labs collide with nobody's, and what is left
/// behind can be listed.
/// </summary>
internal static class PrivateRun
{
    private const string LeftOver = "--- left over";

    /// <summary>Runs a shell script in which $V is vrouter; /run is empty at its start.</summary>
    public static async Task<CommandResult> RunAsync(string script)
    {
        TestLab.Demand("unshare", "mount");
        var program = string.Join(' ', RouterProcess.Program);
        var whole = $"mount -t tmpfs none /run && V='{program}'\n{script}\ncode=$?\necho '{LeftOver}'\nls -A /run/netns /run/vrouter/labs 2>/dev/null\nexit $code\n";
        return await TestLab.ToolAsync("unshare", "--mount", "--propagation", "private", "sh", "-c", whole);
    }

    /// <summary>What the script printed.</summary>
    public static string OutputOf(CommandResult result) => result.Output[..result.Output.IndexOf(LeftOver, StringComparison.Ordinal)];

    /// <summary>Fails if a namespace, a lab's record or a process is left.</summary>
    public static void AssertNothingLeft(CommandResult result)
    {
        var left = result.Output[(result.Output.IndexOf(LeftOver, StringComparison.Ordinal) + LeftOver.Length)..]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.EndsWith(':'));
        Assert.Empty(left);
    }
}
