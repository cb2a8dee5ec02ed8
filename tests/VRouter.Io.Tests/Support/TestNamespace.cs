namespace VRouter.Io.Tests.Support;

/// <summary>A network namespace of one test: made with a unique name, its loopback up, deleted at the end.</summary>
internal sealed class TestNamespace : IDisposable
{
    private static int counter;

    public TestNamespace()
    {
        Requires.Root();
        Requires.Tool("ip");
        Name = $"vrio-{Environment.ProcessId:x}-{Interlocked.Increment(ref counter)}";
        Shell.Run($"ip netns add {Name}");
        Ip("link set lo up");
        // Nothing but the test itself is to speak: no router solicitations, no duplicate address detection.
        Exec("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
    }

    public string Name { get; }

    public string Ip(string arguments) => Shell.Run($"ip -n {Name} {arguments}");

    /// <summary>False if the kernel refuses.</summary>
    public bool TryIp(string arguments) => Shell.TryRun($"ip -n {Name} {arguments}");

    public string Exec(string commandLine) => Shell.Run($"ip netns exec {Name} {commandLine}");

    public void Dispose() => Shell.Run($"ip netns del {Name}");
}
