using Xunit;

namespace VRouter.TestKit;

/// <summary>What a test needs of the machine. A missing thing skips the test with its reason; where CI is "true" it fails it.</summary>
public static class Requires
{
    /// <summary>The test makes network namespaces and opens packet sockets.</summary>
    public static void Root() => That(Environment.UserName == "root", "needs root (CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN)");

    /// <summary>The test runs these tools.</summary>
    public static void Tools(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            That(IsInstalled(name), $"needs the tool '{name}'");
    }

    /// <summary>Any other condition.</summary>
    public static void That(bool condition, string reason)
    {
        if (!condition && Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException($"In CI nothing may be skipped: {reason}.");
        Skip.IfNot(condition, reason);
    }

    private static bool IsInstalled(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, name)));
}
