using System.Diagnostics;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>The configuration changes by editing its files while the routers run.</summary>
public class LiveChangeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task Edit_PodAddedChangedAndRemoved_TakesEffectAndOthersLoseNothing()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        const string moved = "192.168.187.215";
        using var other = new BackgroundPing(lab, "busybox-2", ThreeNodes.Pod3);
        using var neighbor = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);

        Assert.False(await AnswersAsync(lab, ThreeNodes.Spare));
        lab.Write("pods.yaml", ThreeNodes.Pods + "---\n" + ThreeNodes.SpareEndpoint());
        await UntilAsync(() => AnswersAsync(lab, ThreeNodes.Spare), "the pod that was added does not answer", lab);

        await lab.RunAsync("spare", $"ip address add {moved}/32 dev eth0");
        lab.Write("pods.yaml", ThreeNodes.Pods + "---\n" + ThreeNodes.SpareEndpoint(moved));
        await UntilAsync(() => AnswersAsync(lab, moved), "the pod does not answer at its new address", lab);
        Assert.False(await AnswersAsync(lab, ThreeNodes.Spare));

        lab.Write("pods.yaml", ThreeNodes.Pods);
        await UntilAsync(async () => !await AnswersAsync(lab, moved), "the pod that was removed still answers", lab);

        await other.AssertNothingLostAsync(lab);
        await neighbor.AssertNothingLostAsync(lab);
    }

    [SkippableFact]
    public async Task Edit_OneTunnelAfterTheOther_LosesNothing()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        using var ping = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);
        using var capture = lab.Capture();
        // The nodes do not change in the same moment: each takes either tunnel from its peers at any time.
        foreach (var (ipip, vxlan) in new[] { ("CrossSubnet", "Never"), ("Never", "Always"), ("Never", "CrossSubnet"), ("Always", "Never") })
        {
            await Task.Delay(500);
            lab.Write("pool.yaml", ThreeNodes.Pool(ipip, vxlan));
            var kind = vxlan == "Never" ? "ipip" : "vxlan";
            await Eventually.HoldsAsync($"the route to demi-1 is of kind {kind}", async () =>
                (await lab.VRouterAsync("walker-1", "show routes")).Contains(kind, StringComparison.OrdinalIgnoreCase));
        }

        await Task.Delay(500);
        await ping.AssertNothingLostAsync(lab);
        capture.Dispose();
        var tunnelled = capture.PacketsOf("demi-1").Where(seen => seen.Packet.Tunnel is not null).ToList();
        Assert.Contains(tunnelled, seen => seen.Packet.Tunnel!.Vxlan is null);
        Assert.Contains(tunnelled, seen => seen.Packet.Tunnel!.Vxlan is not null);
    }

    [SkippableFact]
    public async Task Edit_MacOfAPod_TakesEffectAndOthersLoseNothing()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        const string changed = "02:00:00:00:00:99";
        using var other = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);
        lab.Write("pods.yaml", ThreeNodes.Pods + "---\n" + ThreeNodes.SpareEndpoint());
        await UntilAsync(() => AnswersAsync(lab, ThreeNodes.Spare), "the pod that was added does not answer", lab);

        await lab.RunAsync("spare", $"ip link set dev eth0 address {changed}");
        Assert.False(await AnswersAsync(lab, ThreeNodes.Spare));
        lab.Write("pods.yaml", ThreeNodes.Pods + "---\n" + ThreeNodes.SpareEndpoint(mac: changed));
        await UntilAsync(() => AnswersAsync(lab, ThreeNodes.Spare), "the pod does not answer with its new MAC address", lab);

        await other.AssertNothingLostAsync(lab);
    }

    [SkippableFact]
    public async Task Host_PodsVethIsMadeAnew_IsAttachedAgainAndOthersLoseNothing()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        using var other = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);
        Assert.True(await AnswersAsync(lab, ThreeNodes.Pod4));

        await lab.RunAsync("walker-1", "ip link delete cali4");
        Assert.False(await AnswersAsync(lab, ThreeNodes.Pod4));
        await lab.RunAsync("walker-1", $"ip link add cali4 type veth peer name eth0 address 02:00:00:00:00:04 netns {lab.Namespace("busybox-4")}");
        await lab.RunAsync("walker-1", "ip link set dev cali4 up");
        await lab.RunAsync("busybox-4", $"ip address add {ThreeNodes.Pod4}/32 dev eth0");
        await lab.RunAsync("busybox-4", "ip link set dev eth0 up");
        await lab.RunAsync("busybox-4", "ip route add 169.254.1.1 dev eth0 scope link");
        await lab.RunAsync("busybox-4", "ip route add default via 169.254.1.1 dev eth0");
        await UntilAsync(() => AnswersAsync(lab, ThreeNodes.Pod4), "the pod with a new veth does not answer", lab);

        await other.AssertNothingLostAsync(lab);
    }

    [SkippableFact]
    public async Task Edit_BrokenFile_IsReportedWithItsPlaceAndTheOldStateStays()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        using var ping = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);

        lab.Write("pool.yaml", "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 192.168.0.0/16, ipipMode: Sometimes}\n");
        await UntilAsync(() => Task.FromResult(lab.Logs().Contains("pool.yaml:4:")), "nothing was reported", lab);
        Assert.True(await AnswersAsync(lab, ThreeNodes.Pod1));
        lab.Write("pool.yaml", ThreeNodes.Pool("CrossSubnet", "Never"));
        await Task.Delay(500);

        await ping.AssertNothingLostAsync(lab);
    }

    private static async Task<bool> AnswersAsync(TestLab lab, string address) =>
        (await lab.TryAsync("busybox-3", $"ping -n -c 1 -W 1 {address}")).ExitCode == 0;

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise, TestLab lab)
    {
        for (var waited = Stopwatch.StartNew(); !await condition();)
        {
            Assert.True(waited.Elapsed < Patience, $"{otherwise} within {Patience}\n{lab.Logs()}");
            await Task.Delay(50);
        }
    }
}
