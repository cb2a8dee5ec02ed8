using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary><c>vrouter lab</c> on the example files, and after crashes.</summary>
public class LabCommandTests
{
    private static string Examples { get; } = Path.Combine(SourceTree.Root, "labs");

    [SkippableTheory]
    [InlineData("three-nodes", "busybox-1", "192.168.121.2")]
    [InlineData("two-nodes", "pod-a", "10.42.1.2")]
    public async Task Up_ExampleFile_PodsReachEachOther(string name, string pod, string address)
    {
        var result = await PrivateRun.RunAsync($"""
            $V lab up {Examples}/{name}.yaml || exit 1
            $V lab exec {name} {pod} -- ping -n -c 2 -i 0.2 -W 2 {address} || exit 2
            $V lab down {name}
            """);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("0% packet loss", result.Output);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Down_AfterRoutersWereKilled_LeavesNothing()
    {
        var result = await PrivateRun.RunAsync($"""
            $V lab up {Examples}/three-nodes.yaml || exit 1
            for pid in $(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' /run/vrouter/labs/three-nodes/state.json); do kill -9 $pid; done
            $V lab list
            $V lab down three-nodes
            """);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableTheory]
    [InlineData("state.json")]
    [InlineData("walker-1.log")]
    public async Task Down_AfterTheBuilderWasKilled_LeavesNothing(string soonAfter)
    {
        var result = await PrivateRun.RunAsync($"""
            $V lab up {Examples}/three-nodes.yaml & pid=$!
            until test -e /run/vrouter/labs/three-nodes/{soonAfter}; do sleep 0.02; done
            kill -9 $pid; wait $pid 2>/dev/null
            token=$(sed -n 's/.*"token": "\([0-9a-f]*\)".*/\1/p' /run/vrouter/labs/three-nodes/state.json)
            $V lab list
            $V lab down three-nodes || exit 1
            test -z "$(grep -lz "VROUTER_LAB=$token" /proc/[0-9]*/environ 2>/dev/null)"
            """);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("half built", result.Output);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Up_RouterRefusesItsConfiguration_ShowsItsOutputAndLeavesNothing()
    {
        var folder = Directory.CreateTempSubdirectory("vre").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "t.yaml"), """
                apiVersion: vrouter/v1
                kind: Topology
                metadata: {name: broken}
                spec:
                  nodes: [{name: a}]
                  routers: [{node: a, resources: r.yaml, configuration: {uplink: {interface: absent0}}}]
                """);
            File.WriteAllText(Path.Combine(folder, "r.yaml"), """
                apiVersion: projectcalico.org/v3
                kind: Node
                metadata: {name: a}
                spec: {bgp: {ipv4Address: 192.0.2.1/24}}
                """);

            var result = await PrivateRun.RunAsync($"$V lab up {folder}/t.yaml");

            Assert.Equal(1, result.ExitCode);
            Assert.Contains("the router of a ended with exit code 1 before it was ready", result.Errors);
            Assert.Contains("absent0", result.Errors);
            PrivateRun.AssertNothingLeft(result);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public async Task Up_WithoutRoot_SaysWhatIsMissing()
    {
        TestLab.Demand("setpriv");

        var result = await TestLab.ToolAsync(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. RouterProcess.Program, "lab", "up", Path.Combine(Examples, "two-nodes.yaml")]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("CAP_NET_ADMIN", result.Errors);
    }
}
