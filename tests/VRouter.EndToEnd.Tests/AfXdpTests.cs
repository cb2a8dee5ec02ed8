using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>Routers on AF_XDP ports: what they leave to the kernel, and how they come and go.</summary>
public class AfXdpTests
{
    [SkippableTheory]
    [InlineData("Always", "Never")]
    [InlineData("Never", "Always")]
    public async Task Run_AfXdp_ForwardsAndLeavesTheHostItsOwn(string ipip, string vxlan)
    {
        await using var lab = await TwoNodes.BuildAsync(ipip, vxlan, nodeSysctls: "{net.ipv4.ip_forward: 1}");
        await using var a = await StartAsync(lab, "node-a");
        await using var b = await StartAsync(lab, "node-b");

        var report = await PingAsync(lab, "pod-a", TwoNodes.PodB);
        Assert.True(report.IsComplete, report.Text + a.Log + b.Log);
        var host = await PingAsync(lab, "node-b", TwoNodes.NodeA);
        Assert.True(host.IsComplete, host.Text);
        await TcpTransfer.RunAsync(lab, "node-b", "node-a", TwoNodes.NodeA, 1 << 20);
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, 1 << 20);

        var ports = await lab.RunAsync("node-a", $"{string.Join(' ', RouterProcess.Program)} show ports --socket {a.Socket}");
        Assert.Equal(2, ports.Split("af-xdp (native)").Length - 1);
    }

    [SkippableFact]
    public async Task Run_Killed_TakesItsProgramsAlongAndTheNextForwards()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var b = await StartAsync(lab, "node-b");
        await using (var killed = await StartAsync(lab, "node-a"))
        {
            Assert.Contains("xdp", await LinksAsync(lab));
            await killed.EndAsync("KILL");
        }

        Assert.DoesNotContain("xdp", await LinksAsync(lab));
        await using var next = await StartAsync(lab, "node-a");

        var report = await PingAsync(lab, "pod-a", TwoNodes.PodB);
        Assert.True(report.IsComplete, report.Text + next.Log);
        Assert.Equal(0, (await next.EndAsync("TERM")).ExitCode);
        Assert.DoesNotContain("xdp", await LinksAsync(lab));
    }

    [SkippableFact]
    public async Task Run_InterfaceHasAnotherRouter_IsRefusedAndTheFirstGoesOn()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await StartAsync(lab, "node-a");
        await using var b = await StartAsync(lab, "node-b");
        lab.Write("other.yaml", (await File.ReadAllTextAsync(Path.Combine(lab.Folder, "node-b.yaml"))).Replace("node-b.sock", "other.sock"));

        var second = await lab.TryAsync(
            "node-a", $"{string.Join(' ', RouterProcess.Program)} run -f {lab.Folder}/resources.yaml -f {lab.Folder}/other.yaml");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("EBUSY", second.Errors);
        Assert.Contains("another router", second.Errors);
        var report = await PingAsync(lab, "pod-a", TwoNodes.PodB);
        Assert.True(report.IsComplete, report.Text);
    }

    [SkippableFact]
    public async Task Run_MtuDoesNotFit_FallsBackWithTheReason()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await lab.RunAsync("node-a", "ip link set cali-a mtu 9000");
        await lab.RunAsync("pod-a", "ip link set eth0 mtu 9000");
        await using var a = await StartAsync(lab, "node-a");
        await using var b = await StartAsync(lab, "node-b");

        var report = await PingAsync(lab, "pod-a", TwoNodes.PodB);
        Assert.True(report.IsComplete, report.Text + a.Log);
        Assert.Contains("port cali-a driver: served by af-packet instead of af-xdp: ", a.Log);
        var ports = await lab.RunAsync("node-a", $"{string.Join(' ', RouterProcess.Program)} show ports --socket {a.Socket}");
        Assert.Contains("af-packet (not af-xdp)", ports);
    }

    [SkippableFact]
    public async Task Run_PodMadeAgain_IsAttachedAgain()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await StartAsync(lab, "node-a");
        await using var b = await StartAsync(lab, "node-b");
        Assert.True((await PingAsync(lab, "pod-a", TwoNodes.PodB)).IsComplete);

        await lab.RunAsync("node-a", "ip link del cali-a");
        await lab.RunAsync("node-a", $"ip link add cali-a address ee:ee:ee:ee:ee:ee type veth peer name eth0 address 02:00:00:00:00:0a netns {lab.Namespace("pod-a")}");
        await lab.RunAsync("node-a", "ip link set cali-a up");
        await lab.RunAsync("pod-a", "ip link set eth0 up");
        await lab.RunAsync("pod-a", $"ip addr add {TwoNodes.PodA}/32 dev eth0");
        await lab.RunAsync("pod-a", "ip route add 169.254.1.1 dev eth0");
        await lab.RunAsync("pod-a", "ip route add default via 169.254.1.1");

        await Eventually.HoldsAsync("the pod is reached again", async () => (await PingAsync(lab, "pod-a", TwoNodes.PodB)).IsComplete);
    }

    [SkippableFact]
    public async Task Edit_DriverToAfXdpAndBack_TakesEffectUnderTrafficAtOnce()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, driver: "af-packet");
        await using var b = await StartAsync(lab, "node-b");
        using var ping = new BackgroundPing(lab, "pod-a", TwoNodes.PodB);
        var file = await File.ReadAllTextAsync(Path.Combine(lab.Folder, "node-a.yaml"));

        foreach (var driver in new[] { "af-xdp", "af-packet", "af-xdp", "af-packet" })
        {
            lab.Write("node-a.yaml", file.Replace("af-packet", driver));
            await Eventually.HoldsAsync($"both ports are {driver}", async () => (await a.ShowAsync("ports")).Split($"\"driver\": \"{driver}\"").Length == 3);
            var report = await PingAsync(lab, "pod-a", TwoNodes.PodB);
            Assert.True(report.IsComplete, $"{driver}: {report.Text}{a.Log}");
        }

        // None had to wait for a second attempt, which comes after five seconds.
        Assert.DoesNotContain("cannot be opened", a.Log);
        Assert.DoesNotContain("instead of af-xdp", a.Log);
        Assert.DoesNotContain("xdp", await LinksAsync(lab));
        await ping.AssertNothingTwiceAsync();
    }

    private static Task<HandRouter> StartAsync(TestLab lab, string node) => HandRouter.StartAsync(lab, node, TwoNodes.Files, driver: "af-xdp");

    private static async Task<PingReport> PingAsync(TestLab lab, string from, string to) =>
        PingReport.Parse((await lab.TryAsync(from, $"ping -n -c 3 -i 0.1 -W 1 {to}")).Output);

    private static Task<string> LinksAsync(TestLab lab) => lab.RunAsync("node-a", "ip -d link show");
}
