namespace VRouter.Io.Tests.Support;

/// <summary>What a test needs of the machine. A missing thing skips the test with its reason; where CI is "true" it fails it.</summary>
internal static class Requires
{
    public static void Root() => That(Environment.UserName == "root", "needs root (CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN)");

    public static void Tool(string name) => That(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(d => File.Exists(Path.Combine(d, name))),
        $"needs the tool '{name}'");

    /// <param name="condition">Whether it is there.</param>
    /// <param name="reason">What is needed.</param>
    public static void That(bool condition, string reason)
    {
        if (!condition && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"In CI nothing may be skipped: {reason}.");
        Skip.IfNot(condition, reason);
    }
}
