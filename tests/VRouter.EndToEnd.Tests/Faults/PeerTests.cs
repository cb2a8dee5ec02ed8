using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A peer node that dies and comes back, and neighbors that get other MAC addresses.</summary>
public sealed class PeerTests
{
    private const string OtherMac = "02:00:00:00:01:99";

    [SkippableFact]
    public async Task PeerNode_RouterKilledAndBack_TrafficGoesOnAndBooksBalance()
    {
        const int largest = 1452; // ping's data in a packet of the tunnel's MTU
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using (var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files))
        {
            Assert.True((await PingAsync(lab, "-c 5 -i 0.05")).IsComplete);
            await b.EndAsync("KILL");
        }

        Assert.Equal(0, (await PingAsync(lab, "-c 20 -i 0.02 -W 0.2")).Received);
        await Books.AssertBalancedAsync(a);

        await using var again = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        await Eventually.HoldsAsync("the peer answers again", async () => (await PingAsync(lab, "-c 1")).IsComplete);
        var large = await PingAsync(lab, $"-c 5 -i 0.05 -M do -s {largest}");
        Assert.True(large.IsComplete, large.Text);
        await Books.AssertBalancedAsync(a);
        await Books.AssertBalancedAsync(again);
    }

    [SkippableFact]
    public async Task PeerNode_LinkDownAndUp_DropsAreToldAndTrafficGoesOn()
    {
        const int requests = 40;
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        await lab.RunAsync("node-b", "ip link set eth0 down");

        // Nobody answers ARP: what waits for it ends as unresolved, what comes after that at once.
        var silent = await PingAsync(lab, $"-c {requests} -i 0.1 -W 0.5");

        Assert.Equal((requests, 0), (silent.Sent, silent.Received));
        await Eventually.HoldsAsync("every request is dropped as unresolved", async () => await Books.DropsOfAsync(a, "neighbor-unresolved") == requests);
        Assert.Contains("Destination Host Unreachable", silent.Text);
        await Books.AssertBalancedAsync(a);

        await lab.RunAsync("node-b", "ip link set eth0 up");
        await Eventually.HoldsAsync("the peer answers again", async () => (await PingAsync(lab, "-c 1")).IsComplete);
        var report = await PingAsync(lab, "-c 20 -i 0.02");
        Assert.True(report.IsComplete, report.Text + b.Log);
        await Books.AssertBalancedAsync(a);
        await Books.AssertBalancedAsync(b);
    }

    [SkippableFact]
    public async Task PeerNode_AnnouncesAnotherMac_IsReachedThereAtOnce()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        Assert.True((await PingAsync(lab, "-c 3 -i 0.05")).IsComplete);

        // The kernel announces it by gratuitous ARP.
        await lab.RunAsync("node-b", "sysctl -qw net.ipv4.conf.eth0.arp_notify=1");
        await lab.RunAsync("node-b", $"ip link set dev eth0 address {OtherMac}");

        await Eventually.HoldsAsync("node-b's router has seen it", () => Task.FromResult(b.Log.Contains($"mac {OtherMac}")));
        await Eventually.HoldsAsync("the peer answers at its new address", async () => (await PingAsync(lab, "-c 1")).IsComplete);
        var report = await PingAsync(lab, "-c 20 -i 0.02");
        Assert.True(report.IsComplete, report.Text);
        Assert.Contains(OtherMac, await a.ShowAsync("neighbors"));
        await Books.AssertBalancedAsync(a);
    }

    [SkippableFact]
    public async Task Pod_GetsAnotherMac_IsReachedWhenItsResourceSaysSo()
    {
        const string other = "02:00:00:00:00:99";
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        Assert.True((await PingAsync(lab, "-c 3 -i 0.05")).IsComplete);

        // What a resource says of a workload's MAC address holds, whatever is on the wire.
        await lab.RunAsync("pod-b", $"ip link set dev eth0 address {other}");
        Assert.Equal(0, (await PingAsync(lab, "-c 5 -i 0.02")).Received);
        lab.Write("resources.yaml", TwoNodes.Resources("Always", "Never").Replace("02:00:00:00:00:0b", other));

        await Eventually.HoldsAsync("the pod answers at its new address", async () => (await PingAsync(lab, "-c 1")).IsComplete);
        var report = await PingAsync(lab, "-c 20 -i 0.02");
        Assert.True(report.IsComplete, report.Text);
        await Books.AssertBalancedAsync(b);
    }

    private static async Task<PingReport> PingAsync(TestLab lab, string options) =>
        PingReport.Parse((await lab.TryAsync("pod-a", $"ping -n {(options.Contains("-W") ? "" : "-W 1")} {options} {TwoNodes.PodB}")).Output);
}
