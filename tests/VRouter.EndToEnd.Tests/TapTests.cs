using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>
/// Pods without a veth: their routers make TAP devices for them. The one of pod-a is given to it by the lab, the one of pod-b is moved by its
/// router, as its resource asks.
/// </summary>
public class TapTests
{
    private const string PodA = "10.42.0.2";
    private const string PodB = "10.42.1.2";

    [SkippableTheory]
    [InlineData("Always", "Never")]
    [InlineData("Never", "Always")]
    public async Task Tap_BetweenNodes_CarriesPingAndTcp(string ipip, string vxlan)
    {
        TestLab.Demand("tshark", "mergecap");
        await using var lab = new TestLab();
        lab.Write("cluster.yaml", Resources(ipip, vxlan, lab.Namespace("pod-b")));
        await lab.BuildAsync(Topology);
        using var capture = lab.Capture();

        var there = await lab.RunAsync("pod-a", $"ping -n -c 3 -i 0.2 -W 10 {PodB}");
        var large = await lab.RunAsync("pod-b", $"ping -n -c 2 -i 0.2 -W 10 -M dont -s 4000 {PodA}");
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", PodB, 4 << 20);
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", PodA, 4 << 20);

        capture.Dispose();
        Assert.Contains("3 received, 0% packet loss", there);
        Assert.Contains(" ttl=62 ", there);
        Assert.Contains("2 received, 0% packet loss", large);
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableFact]
    public async Task Tap_NamespaceDeletedAndMadeAgain_IsToldAndTheDeviceIsThereAgain()
    {
        await using var lab = await TwoNodes.BuildAsync(veths: false);
        var vanishing = $"{lab.Namespace("pod-a")}-v";
        await TestLab.ToolAsync("ip", "netns", "add", vanishing);
        try
        {
            lab.Write("resources.yaml", TwoNodes.Resources("Always", "Never", pod => pod == "pod-a" ? vanishing : lab.Namespace(pod)));
            await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, spec: "  workloads: {driver: tap}");
            Assert.Contains("02:00:00:00:00:0a", (await TestLab.ToolAsync("ip", "-n", vanishing, "link", "show", "eth0")).Output);

            Assert.Equal(0, (await TestLab.ToolAsync("ip", "netns", "del", vanishing)).ExitCode);
            await Eventually.HoldsAsync("the port is reported", () => Task.FromResult(a.Log.Contains("port cali-a: cannot be opened")));
            Assert.Contains($"the network namespace '{vanishing}' was deleted", a.Log);

            await TestLab.ToolAsync("ip", "netns", "add", vanishing);
            await Eventually.HoldsAsync(
                "the device is there again",
                async () => (await TestLab.ToolAsync("ip", "-n", vanishing, "link", "show", "eth0")).Output.Contains("02:00:00:00:00:0a"));
        }
        finally
        {
            await TestLab.ToolAsync("ip", "netns", "del", vanishing);
        }
    }

    [SkippableFact]
    public async Task Tap_RouterEnds_IsGoneFromTheWorkload()
    {
        await using var lab = await TwoNodes.BuildAsync(veths: false);
        await using var b = await StartAsync(lab, "node-b");
        await using (var a = await StartAsync(lab, "node-a"))
        {
            Assert.Contains("02:00:00:00:00:0a", await lab.RunAsync("pod-a", "ip link show eth0"));
            foreach (var (pod, address) in new[] { ("pod-a", TwoNodes.PodA), ("pod-b", TwoNodes.PodB) })
            {
                await lab.RunAsync(pod, $"ip address add {address}/32 dev eth0");
                await lab.RunAsync(pod, "ip link set dev eth0 up");
                await lab.RunAsync(pod, "ip route add 169.254.1.1 dev eth0 scope link");
                await lab.RunAsync(pod, "ip route add default via 169.254.1.1 dev eth0");
            }

            var report = PingReport.Parse((await lab.TryAsync("pod-a", $"ping -n -c 5 -i 0.05 -W 2 {TwoNodes.PodB}")).Output);
            Assert.True(report.IsComplete, report.Text + a.Log + b.Log);
            Assert.Equal(0, (await a.EndAsync("TERM")).ExitCode);
        }

        Assert.DoesNotContain("eth0", await lab.RunAsync("pod-a", "ip -oneline link"));
        Assert.DoesNotContain("cali", await lab.RunAsync("node-a", "ip -oneline link"));
    }

    private static async Task<HandRouter> StartAsync(TestLab lab, string node)
    {
        // Namespaces of labs have the lab's name in front.
        var pod = node.Replace("node", "pod");
        lab.Write("taps.yaml", TwoNodes.Resources("Always", "Never", place => lab.Namespace(place)));
        Assert.DoesNotContain("eth0", await lab.RunAsync(pod, "ip -oneline link"));
        return await HandRouter.StartAsync(lab, node, ["taps.yaml"], spec: "  workloads: {driver: tap}");
    }

    private static string Topology => """
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: taps}
        spec:
          networks: [{name: lan}]
          nodes:
            - {name: node-a, interfaces: [{name: eth0, network: lan, addresses: 192.0.2.1/24}], sysctls: {net.ipv4.ip_forward: 1}}
            - {name: node-b, interfaces: [{name: eth0, network: lan, addresses: 192.0.2.2/24}], sysctls: {net.ipv4.ip_forward: 1}}
          pods:
            - {name: pod-a, node: node-a, interface: tapa, attach: tap, address: 10.42.0.2, mac: "02:00:00:00:00:0a"}
            - {name: pod-b, node: node-b, interface: tapb, attach: tap, address: 10.42.1.2, mac: "02:00:00:00:00:0b"}
          routers:
            - {node: node-a, resources: cluster.yaml, configuration: {uplink: {interface: eth0}, workloads: {driver: tap}}}
            - {node: node-b, resources: cluster.yaml, configuration: {uplink: {interface: eth0}, workloads: {driver: tap}}}
        """;

    private static string Resources(string ipip, string vxlan, string netns) => CalicoResources.File(
        CalicoResources.Pool("10.42.0.0/16", 24, ipip, vxlan),
        CalicoResources.Node("node-a", "192.0.2.1/24"),
        CalicoResources.Block("node-a", "10.42.0.0/24"),
        CalicoResources.Node("node-b", "192.0.2.2/24"),
        CalicoResources.Block("node-b", "10.42.1.0/24"),
        CalicoResources.Endpoint("node-a", "pod-a", "tapa", "02:00:00:00:00:0a", "10.42.0.2"),
        CalicoResources.Endpoint("node-b", "pod-b", "tapb", "02:00:00:00:00:0b", "10.42.1.2", netns));
}
