using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>A router that is told to end leaves its host as it found it.</summary>
public class HostStateTests
{
    [SkippableFact]
    public async Task Sigterm_AfterTraffic_LeavesTheHostAsItWas()
    {
        TestLab.Demand(HostView.Tools);
        await using var lab = new TestLab();
        lab.Write("cluster.yaml", ThreeNodes.Cluster);
        lab.Write("pods.yaml", ThreeNodes.Pods);
        lab.Write("pool.yaml", ThreeNodes.Pool("Always", "Never"));
        lab.Write("walker-1.yaml", $$"""
            apiVersion: vrouter/v1
            kind: RouterConfiguration
            metadata: {name: walker-1}
            spec:
              uplink: {interface: eth0}
              control: {socket: {{lab.Folder}}/walker-1.sock}
            """);
        await lab.BuildAsync(ThreeNodes.Topology(routers: false));
        var before = await HostView.ReadAsync(lab, "walker-1");

        var files = string.Join(' ', new[] { "cluster.yaml", "pods.yaml", "pool.yaml", "walker-1.yaml" }.Select(file => $"-f {lab.Folder}/{file}"));
        using var router = lab.Start("walker-1", $"{string.Join(' ', RouterProcess.Program)} run {files}");
        var log = router.StandardError.ReadToEndAsync();
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var ready = await router.StandardOutput.ReadLineAsync(limit.Token);
            Assert.True(ready?.StartsWith(RouterProcess.ReadyLine, StringComparison.Ordinal) == true, $"{ready}");
            Assert.Contains(" ttl=63 ", await lab.RunAsync("busybox-1", $"ping -n -c 1 -W 2 {ThreeNodes.Pod4}"));
            Assert.NotEqual(before, await HostView.ReadAsync(lab, "walker-1"));

            await TestLab.ToolAsync("kill", ["-TERM", $"{router.Id}"]);
            await router.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!router.HasExited)
                router.Kill();
        }

        Assert.True(router.ExitCode == 0, await log);
        Assert.Equal(before, await HostView.ReadAsync(lab, "walker-1"));
        Assert.False(File.Exists(Path.Combine(lab.Folder, "walker-1.sock")));
    }
}
