using VRouter.Host.Lab;
using VRouter.Io.Linux;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Lab;

/// <summary>Labs whose forwarding is the kernel's own, so that only the lab is tested.</summary>
public sealed class LabBuilderTests : IDisposable
{
    private static int counter;
    private readonly string name = $"vrlab-{Environment.ProcessId:x}-{Interlocked.Increment(ref counter)}";
    private readonly string folder;
    private readonly LabStore store;

    public LabBuilderTests()
    {
        folder = Directory.CreateTempSubdirectory("vrlab").FullName;
        store = new LabStore(Path.Combine(folder, "labs"));
    }

    private static string KernelNode => """
          networks:
            - {name: lan}
            - {name: wire, type: direct, mtu: 1400}
          gateways:
            - name: gw
              interfaces:
                - {name: eth0, network: lan, addresses: 10.0.1.254/24, mac: "02:00:00:00:01:fe"}
                - {name: eth1, network: wire, addresses: 10.0.2.254/24}
          nodes:
            - name: node
              defaultGateway: 10.0.1.254
              interfaces: [{name: eth0, network: lan, addresses: 10.0.1.1/24, mac: "02:00:00:00:01:01"}]
              sysctls: {net.ipv4.ip_forward: 1, net.ipv4.conf.cali1.proxy_arp: 1, net.ipv4.neigh.cali1.proxy_delay: 0}
              ip: [route add 10.9.0.1 dev cali1 scope link]
            - name: far
              defaultGateway: 10.0.2.254
              interfaces: [{name: eth0, network: wire, addresses: 10.0.2.1/24, offloads: false}]
              ip: [route add 10.9.0.0/24 via 10.0.2.254]
          pods:
            - {name: pod, node: node, interface: cali1, address: 10.9.0.1, mac: "02:00:00:00:09:01", mtu: 1450}
        """;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public async Task BuildAsync_KernelNode_IsWiredAndEndsWithoutTrace()
    {
        Requires.Root();
        Requires.Tools("ip", "ping", "ethtool");
        var state = await BuildAsync(KernelNode);
        try
        {
            Assert.Equal(LabPhase.Up, store.Load(name)!.Phase);
            Assert.Equal(0, (await ExecAsync("node", "ping", "-c", "1", "-W", "2", "10.0.2.1")).ExitCode);
            Assert.Equal(0, (await ExecAsync("node", "ping", "-c", "1", "-W", "2", "10.9.0.1")).ExitCode);
            Assert.Equal(0, (await ExecAsync("pod", "ping", "-c", "1", "-W", "2", "10.0.1.1")).ExitCode);
            var node = (await ExecAsync("node", "ip", "link", "show", "cali1")).Output;
            Assert.Contains("ee:ee:ee:ee:ee:ee", node);
            Assert.Contains("mtu 1450", node);
            var pod = (await ExecAsync("pod", "ip", "addr")).Output;
            Assert.Contains("02:00:00:00:09:01", pod);
            Assert.Contains("inet 10.9.0.1/32", pod);
            Assert.DoesNotContain("inet6", pod);
            Assert.Equal("default via 169.254.1.1 dev eth0 \n169.254.1.1 dev eth0 scope link \n", (await ExecAsync("pod", "ip", "route")).Output);
            Assert.Contains("tcp-segmentation-offload: off", (await ExecAsync("far", "ethtool", "-k", "eth0")).Output);
            Assert.Contains("tcp-segmentation-offload: off", (await ExecAsync("gw", "ethtool", "-k", "eth1")).Output);
            Assert.Contains("tcp-segmentation-offload: on", (await ExecAsync("gw", "ethtool", "-k", "eth0")).Output);
            Assert.Contains("node", (await ExecAsync("lan", "ip", "-brief", "link", "show", "master", "br0")).Output);
        }
        finally
        {
            Assert.Empty(await LabEnding.EndAsync(name, store));
        }

        AssertNothingLeft(state);
    }

    [SkippableFact]
    public async Task BuildAsync_IpRefusesALine_NamesItsPlaceAndLeavesNothing()
    {
        Requires.Root();
        Requires.Tools("ip");

        var exception = await Assert.ThrowsAsync<LabException>(() => BuildAsync("  nodes:\n    - name: n\n      ip:\n        - route add 10.0.0.0/8 dev absent0\n"));

        Assert.Equal($"t.yaml:8:11: ip -n {name}-n route add 10.0.0.0/8 dev absent0: Cannot find device \"absent0\"", exception.Message);
        Assert.False(NetworkNamespace.Exists($"{name}-n"));
        Assert.Empty(store.List());
    }

    [SkippableTheory]
    [InlineData("net.ipv4.conf.absent0.forwarding", "t.yaml:7:17: sysctl net.ipv4.conf.absent0.forwarding=1 in ")]
    [InlineData("kernel.hostname", "t.yaml:7:17: 'kernel.hostname' is no kernel setting of a network namespace; these begin with 'net.'")]
    public async Task BuildAsync_SysctlIsRefused_NamesItsPlaceAndLeavesNothing(string sysctl, string expected)
    {
        Requires.Root();
        Requires.Tools("ip");

        var exception = await Assert.ThrowsAsync<LabException>(() => BuildAsync($"  nodes:\n    - name: n\n      sysctls: {{{sysctl}: 1}}\n"));

        Assert.StartsWith(expected, exception.Message);
        Assert.False(NetworkNamespace.Exists($"{name}-n"));
    }

    [SkippableFact]
    public async Task BuildAsync_NamespaceOfThatNameExists_IsRefusedAndKept()
    {
        Requires.Root();
        Requires.Tools("ip");
        await HostCommand.RunAsync("ip", ["netns", "add", $"{name}-b"]);
        try
        {
            var exception = await Assert.ThrowsAsync<LabException>(() => BuildAsync("  nodes: [{name: a}, {name: b}]\n"));

            Assert.Contains($"a network namespace '{name}-b' exists already and does not belong to this lab", exception.Message);
            Assert.True(NetworkNamespace.Exists($"{name}-b"));
            Assert.False(NetworkNamespace.Exists($"{name}-a"));
        }
        finally
        {
            await HostCommand.RunAsync("ip", ["netns", "delete", $"{name}-b"]);
        }
    }

    [SkippableFact]
    public async Task BuildAsync_LabIsUp_IsRefused()
    {
        Requires.Root();
        Requires.Tools("ip");
        await BuildAsync("  nodes: [{name: a}]\n");
        try
        {
            var exception = await Assert.ThrowsAsync<LabException>(() => BuildAsync("  nodes: [{name: b}]\n"));

            Assert.Equal($"lab '{name}' is up already; end it with: vrouter lab down {name}", exception.Message);
            Assert.True(NetworkNamespace.Exists($"{name}-a"));
        }
        finally
        {
            await LabEnding.EndAsync(name, store);
        }
    }

    [SkippableFact]
    public async Task BuildAsync_Cancelled_LeavesNothing()
    {
        Requires.Root();
        Requires.Tools("ip");
        using var source = new CancellationTokenSource();
        var options = new LabOptions { Name = name, Tell = line => { if (line.StartsWith("interfaces", StringComparison.Ordinal)) source.Cancel(); } };
        var topology = Parse(KernelNode);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LabBuilder.BuildAsync(topology, options, store, source.Token));

        foreach (var label in new[] { "lan", "gw", "node", "far", "pod" })
            Assert.False(NetworkNamespace.Exists($"{name}-{label}"));
        Assert.Empty(store.List());
    }

    [SkippableFact]
    public async Task EndAsync_NamespaceWasReplacedByAnother_LeavesItAlone()
    {
        Requires.Root();
        Requires.Tools("ip");
        await BuildAsync("  nodes: [{name: a}, {name: b}]\n");
        await HostCommand.RunAsync("ip", ["netns", "delete", $"{name}-b"]);
        await HostCommand.RunAsync("ip", ["netns", "add", "vrlab-spare-" + name]);
        await HostCommand.RunAsync("ip", ["netns", "add", $"{name}-b"]);
        try
        {
            var notes = await LabEnding.EndAsync(name, store);

            Assert.Equal($"the namespace '{name}-b' is no longer this lab's and was left alone", Assert.Single(notes));
            Assert.True(NetworkNamespace.Exists($"{name}-b"));
            Assert.False(NetworkNamespace.Exists($"{name}-a"));
        }
        finally
        {
            await HostCommand.RunAsync("ip", ["netns", "delete", $"{name}-b"]);
            await HostCommand.RunAsync("ip", ["netns", "delete", "vrlab-spare-" + name]);
        }
    }

    [SkippableFact]
    public async Task EndAsync_StrangerInside_TakesTheInterfacesAndSaysSo()
    {
        Requires.Root();
        Requires.Tools("ip", "sleep");
        await BuildAsync("  networks: [{name: lan}]\n  nodes: [{name: a, interfaces: [{name: eth0, network: lan}]}]\n");
        using var stranger = System.Diagnostics.Process.Start("ip", ["netns", "exec", $"{name}-a", "sleep", "60"]);
        try
        {
            await WaitForAsync(() => File.ReadAllText($"/proc/{stranger.Id}/comm").Trim() == "sleep");

            var notes = await LabEnding.EndAsync(name, store);

            Assert.Equal(
                $"process {stranger.Id} (sleep) is still inside '{name}-a'; its interfaces are gone, the process was not ended", Assert.Single(notes));
            Assert.False(stranger.HasExited);
            Assert.False(NetworkNamespace.Exists($"{name}-a"));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task EndAsync_UnknownLab_IsReported()
    {
        if (!LabPrivileges.Sufficient)
            return;
        var exception = await Assert.ThrowsAsync<LabException>(() => LabEnding.EndAsync("absent", store));

        Assert.Equal("there is no lab 'absent'; see: vrouter lab list", exception.Message);
    }

    private static Topology Parse(string spec) =>
        TopologyReader.Parse($"apiVersion: vrouter/v1\nkind: Topology\nmetadata: {{name: t}}\nspec:\n{spec}", "t.yaml");

    private static async Task WaitForAsync(Func<bool> condition)
    {
        for (var attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 500, "the condition did not come true within 5 s");
            await Task.Delay(10);
        }
    }

    private Task<LabState> BuildAsync(string spec) =>
        LabBuilder.BuildAsync(Parse(spec), new LabOptions { Name = name }, store, CancellationToken.None);

    private Task<CommandResult> ExecAsync(string label, params string[] command) =>
        HostCommand.RunAsync("ip", ["netns", "exec", $"{name}-{label}", .. command]);

    private void AssertNothingLeft(LabState state)
    {
        Assert.All(state.Namespaces, space => Assert.False(NetworkNamespace.Exists(space.Name)));
        Assert.Empty(LabProcesses.WithToken(state.Token));
        Assert.Empty(store.List());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "labs")));
    }
}
