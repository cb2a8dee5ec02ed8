using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>Routers with several workers each: flows are spread over them, ARP and tunnels work whichever of them gets what.</summary>
public sealed class SeveralWorkersTests
{
    private const string TwoWorkers = "  workers: 2";
    private const int Flows = 8;

    [SkippableTheory]
    [InlineData("Always", "Never")]
    [InlineData("Never", "Always")]
    public async Task Veth_ManyFlows_AreSpreadAndNothingIsLostOrDoubled(string ipip, string vxlan)
    {
        TestLab.Demand("iperf3");
        await using var lab = await TwoNodes.BuildAsync(ipip, vxlan);
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, spec: TwoWorkers);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files, spec: TwoWorkers);

        var pings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.TryAsync("pod-a", $"ping -n -c 20 -i 0.02 -W 2 {TwoNodes.PodB}")));
        Assert.All(pings, ping => Assert.True(PingReport.Parse(ping.Output).IsComplete, ping.Output + a.Log + b.Log));
        await Iperf.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, $"-t 1 -P {Flows}");

        foreach (var router in new[] { a, b })
        {
            using var counters = JsonDocument.Parse(await router.ShowAsync("counters"));
            var workers = counters.RootElement.GetProperty("workers").EnumerateArray().ToList();
            Assert.Equal(2, workers.Count);
            Assert.All(workers, worker => Assert.True(worker.GetProperty("received").GetProperty("forwarded").GetInt64() > 0, counters.RootElement.ToString()));
            foreach (var outcome in new[] { "received", "originated" })
                Assert.All([counters.RootElement, .. workers], part => Assert.True(AddsUp(part.GetProperty(outcome)), counters.RootElement.ToString()));
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Taps_OfTwoWorkers_CarryPingAndTcp(bool hasPrograms)
    {
        TestLab.Demand();
        await using var lab = await TwoNodes.BuildAsync(veths: false);
        lab.Write("resources.yaml", TwoNodes.Resources("Always", "Never", lab.Namespace));
        await using var a = await HandRouter.StartAsync(
            lab, "node-a", TwoNodes.Files, spec: TwoWorkers + "\n  workloads: {driver: tap}", within: hasPrograms ? null : WithoutBpf.Words);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files, spec: TwoWorkers + "\n  workloads: {driver: tap}");
        foreach (var (pod, address) in new[] { ("pod-a", TwoNodes.PodA), ("pod-b", TwoNodes.PodB) })
        {
            await lab.RunAsync(pod, $"ip address add {address}/32 dev eth0");
            await lab.RunAsync(pod, "ip link set dev eth0 up");
            await lab.RunAsync(pod, "ip route add 169.254.1.1 dev eth0 scope link");
            await lab.RunAsync(pod, "ip route add default via 169.254.1.1 dev eth0");
        }

        var report = PingReport.Parse((await lab.TryAsync("pod-a", $"ping -n -c 20 -i 0.02 -W 2 {TwoNodes.PodB}")).Output);
        Assert.True(report.IsComplete, report.Text + a.Log + b.Log);
        using var view = JsonDocument.Parse(await a.ShowAsync("ports"));
        var ports = view.RootElement.ToString();
        Assert.Contains(hasPrograms ? "tso uso, multi-queue" : "tso uso, one reader", ports, StringComparison.Ordinal);
        Assert.Contains(hasPrograms ? "whole, in tunnels too" : "whole, but cut in tunnels: ", ports, StringComparison.Ordinal);
        Assert.Equal(!hasPrograms, a.Log.Contains("one worker reads it for all: ", StringComparison.Ordinal));
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, 4 << 20);
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", TwoNodes.PodA, 4 << 20);
    }

    private static bool AddsUp(JsonElement outcome)
    {
        long Of(string name) => outcome.GetProperty(name).GetInt64();
        return Of("entered") == Of("forwarded") + Of("answered") + Of("delivered") + Of("dropped") + Of("held");
    }
}
