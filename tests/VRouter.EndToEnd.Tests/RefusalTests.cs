using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>What <c>vrouter run</c> refuses: a clear message, exit code 1 for the host and 2 for the configuration, and nothing left behind.</summary>
public class RefusalTests(RefusalTests.Lab fixture) : IClassFixture<RefusalTests.Lab>
{
    private static readonly string[] Nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    [SkippableFact]
    public async Task Run_UnknownInterface_SaysWhere()
    {
        var lab = await fixture.LabAsync();
        lab.Write("router.yaml", Router(lab, uplink: "absent0"));

        var result = await RunAsync(lab, [], "resources.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 1, result, $"{lab.Folder}/router.yaml:5:23: error: spec.uplink.interface", "'absent0'");
    }

    [SkippableFact]
    public async Task Run_WithoutCapabilities_NamesThem()
    {
        var lab = await fixture.LabAsync("setpriv");
        lab.Write("router.yaml", Router(lab));

        var result = await RunAsync(lab, Nobody, "resources.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 1, result, "CAP_NET_RAW", "CAP_NET_ADMIN");
    }

    [SkippableTheory]
    [InlineData("net_admin", "CAP_NET_ADMIN")]
    [InlineData("net_raw", "CAP_NET_RAW")]
    public async Task Run_WithoutOneCapability_NamesIt(string dropped, string expected)
    {
        var lab = await fixture.LabAsync("setpriv");
        lab.Write("router.yaml", Router(lab));

        var result = await RunAsync(lab, ["setpriv", $"--bounding-set=-{dropped}", $"--inh-caps=-{dropped}"], "resources.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 1, result, expected);
    }

    [SkippableFact]
    public async Task Run_NftIsMissing_SaysWhatToInstall()
    {
        var lab = await fixture.LabAsync("unshare", "mount");
        lab.Write("router.yaml", Router(lab));
        // A PATH without it does not hide it, since the router looks in the usual folders too: in a mount namespace, they get a copy without nft.
        const string hide = """
            for folder in $(for each in /usr/sbin /sbin /usr/local/sbin /usr/bin /bin; do test -e $each/nft && readlink -f $each; done | sort -u); do
              mkdir -p "$0$folder" && mount --bind $folder "$0$folder" && mount -t tmpfs none $folder || exit 3
              find "$0$folder" -mindepth 1 -maxdepth 1 ! -name nft -exec ln -s {} $folder/ ';'
            done
            exec "$@"
            """;

        var result = await RunAsync(lab, ["unshare", "--mount", "--propagation", "private", "sh", "-c", hide, Path.Combine(lab.Folder, "hidden")], "resources.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 1, result, "nft", "install the package 'nftables'", "--no-guard");
    }

    [SkippableTheory]
    [InlineData("cidr: 10.42.0.0/16", "cidr: [10.42.0.0/16]", "resources.yaml:4:14: error:", "spec.cidr")]
    [InlineData("vxlanMode: Never", "vxlanMode: 3", "resources.yaml:4:", "error: spec.vxlanMode")]
    [InlineData("bgp: {ipv4Address: 192.0.2.2/24}", "bgp: {ipv4Address: 192.0.2.2/240}", "resources.yaml:", "error: spec.bgp.ipv4Address")]
    [InlineData("ipNetworks: [10.42.1.2/32]", "ipNetworks: [10.42.0.2/32]", "error:", "10.42.0.2")]
    [InlineData("spec: {node: node-b, cidr", "spec: {node: node-c, cidr", "error:", "node-c")]
    public async Task Run_ContradictoryResources_SayWhere(string old, string changed, params string[] expected)
    {
        var lab = await fixture.LabAsync();
        lab.Write("router.yaml", Router(lab));
        lab.Write("changed.yaml", TwoNodes.Resources("Always", "Never").Replace(old, changed).Replace("resources.yaml", "changed.yaml"));

        var result = await RunAsync(lab, [], "changed.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 2, result, [.. expected.Select(text => text.Replace("resources.yaml", "changed.yaml"))]);
    }

    [SkippableFact]
    public async Task Run_OverlappingPools_NamesBoth()
    {
        var lab = await fixture.LabAsync();
        lab.Write("router.yaml", Router(lab));
        lab.Write("second.yaml", """
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: second}
            spec: {cidr: 10.42.128.0/17, ipipMode: Always}
            """);

        var result = await RunAsync(lab, [], "resources.yaml", "second.yaml", "router.yaml");

        await AssertRefusedAsync(lab, 2, result, "second.yaml:4:14: error:", "overlap", "pods");
    }

    [SkippableFact]
    public async Task Run_NoRouterConfigurationForTheNode_SaysWhatIsThere()
    {
        var lab = await fixture.LabAsync();
        lab.Write("router.yaml", Router(lab));

        var result = await RunAsync(lab, [], "resources.yaml", "router.yaml", "--node", "node-z");

        await AssertRefusedAsync(lab, 2, result, "node-z", "node-a");
    }

    private static string Router(TestLab lab, string uplink = "eth0") => $$"""
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: node-a}
        spec:
          uplink: {interface: {{uplink}}}
          control: {socket: {{lab.Folder}}/refused.sock}
        """;

    /// <summary>Runs a router on node-a; words that end in .yaml are files in the lab's folder.</summary>
    private static Task<CommandResult> RunAsync(TestLab lab, IReadOnlyList<string> before, params IReadOnlyList<string> words)
    {
        var arguments = words.SelectMany(word => word.EndsWith(".yaml", StringComparison.Ordinal) ? ["-f", Path.Combine(lab.Folder, word)] : new[] { word });
        return TestLab.ToolAsync("ip", ["netns", "exec", lab.Namespace("node-a"), .. before, "timeout", "20", .. RouterProcess.Program, "run", .. arguments]);
    }

    private static async Task AssertRefusedAsync(TestLab lab, int code, CommandResult result, params IReadOnlyList<string> expected)
    {
        Assert.True(code == result.ExitCode, $"exit code {result.ExitCode}\n{result.Output}{result.Errors}");
        Assert.Equal("", result.Output);
        Assert.All(expected, text => Assert.Contains(text, result.Errors));
        Assert.DoesNotContain("   at ", result.Errors);
        Assert.Equal("", await lab.RunAsync("node-a", "nft list ruleset"));
        Assert.False(File.Exists(Path.Combine(lab.Folder, "refused.sock")));
    }

    /// <summary>Two nodes without routers.</summary>
    public sealed class Lab : IAsyncLifetime
    {
        private TestLab? lab;

        /// <inheritdoc/>
        public Task InitializeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public async Task DisposeAsync()
        {
            if (lab is not null)
                await lab.DisposeAsync();
        }

        internal async Task<TestLab> LabAsync(params string[] tools)
        {
            TestLab.Demand(tools);
            if (lab is null)
            {
                lab = await TwoNodes.BuildAsync();
                // Others than root must be able to read what they are told to.
                File.SetUnixFileMode(lab.Folder, (UnixFileMode)Convert.ToInt32("755", 8));
            }

            return lab;
        }
    }
}
