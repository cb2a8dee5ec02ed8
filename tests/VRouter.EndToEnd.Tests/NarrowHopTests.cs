using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>
/// Two nodes with links of 1500 bytes, and one of 1400 between them that neither sees: tunnels learn of it by ICMP errors about their outer packets, or, where DF is
/// clear, get these in fragments.
/// <code>
///  pod-a ── node-a ── left ── gateway-1 ── middle (1400) ── gateway-2 ── right ── node-b ── pod-b
/// </code>
/// </summary>
public class NarrowHopTests
{
    private const string PodA = "10.42.0.2";
    private const string PodB = "10.42.1.2";
    private const int Narrow = 1400;
    private const int IPv4AndIcmp = 28;

    [SkippableTheory]
    [InlineData("Always", "Never", 20, "auto")]
    [InlineData("Never", "Always", 50, "auto")]
    [InlineData("Never", "Always", 50, "af-xdp")]
    public async Task Tunnel_ThroughANarrowHop_LearnsItsMtuAndReassembles(string ipip, string vxlan, int overhead, string driver)
    {
        TestLab.Demand("tracepath", "tshark", "mergecap");
        await using var lab = new TestLab();
        lab.Write("resources.yaml", Resources(ipip, vxlan));
        await lab.BuildAsync(Topology(driver));
        var (believed, inner) = (1500 - overhead, Narrow - overhead);
        using var capture = lab.Capture();

        // Every node and gateway on the way learns its neighbors first.
        await lab.RunAsync("pod-a", $"ping -n -c 1 -W 20 {PodB}");

        // DF is clear, so the outer packets are cut on the way, both there and back.
        var cut = await lab.RunAsync("pod-a", $"ping -n -c 3 -i 0.2 -W 10 -M dont -s {believed - IPv4AndIcmp} {PodB}");
        capture.Dispose();
        Assert.Contains("3 received, 0% packet loss", cut);
        foreach (var (node, sender) in ((string, string)[])[("node-a", "203.0.113.1"), ("node-b", "192.0.2.1")])
            Assert.True(await FragmentsAsync(capture, node, sender) >= 6, $"{node} got no fragments");

        // A transport that knows nothing of it finds out: the narrow hop complains to the node that sends, and the node tells the pod.
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", PodA, 2 << 20);
        Assert.Equal(Narrow, await PathMtuAsync(lab, "node-b"));

        // From the other side, a ping is told in so many words.
        Assert.Null(await PathMtuAsync(lab, "node-a"));
        var told = await lab.TryAsync("pod-a", $"ping -n -c 3 -i 0.3 -W 3 -M do -s {believed - IPv4AndIcmp} {PodB}");
        Assert.Contains($"Frag needed and DF set (mtu = {inner})", told.Output);
        Assert.Equal(Narrow, await PathMtuAsync(lab, "node-a"));
        Assert.Matches($@"\b{Narrow} +\d+ s", await lab.VRouterAsync("node-a", "show tunnels"));
        var fits = await lab.RunAsync("pod-a", $"ping -n -c 2 -i 0.2 -W 10 -M do -s {inner - IPv4AndIcmp} {PodB}");
        Assert.Contains("2 received, 0% packet loss", fits);
        Assert.Contains($"pmtu {inner} hops 3 back 3", await lab.RunAsync("pod-a", $"tracepath -n {PodB}"));

        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", PodB, 2 << 20);

        foreach (var node in (string[])["node-a", "node-b"])
        {
            Assert.Equal(0, await Drops.OfAsync(lab, node, "reassembly-timeout"));
            Assert.Contains("FRAG: inuse 0 memory 0", await lab.RunAsync(node, "cat /proc/net/sockstat"));
        }
    }

    private static async Task<int?> PathMtuAsync(TestLab lab, string node)
    {
        using var tunnels = JsonDocument.Parse(await lab.VRouterAsync(node, "show tunnels -o json"));
        var tunnel = tunnels.RootElement.EnumerateArray().Single();
        if (!tunnel.TryGetProperty("pathMtu", out var mtu) || mtu.ValueKind == JsonValueKind.Null)
            return null;
        Assert.InRange(tunnel.GetProperty("pathMtuAgeSeconds").GetInt64(), 0, 60);
        return mtu.GetInt32();
    }

    // Of the outer packets: inner ones of this length are whole.
    private static async Task<int> FragmentsAsync(LabCapture capture, string wire, string sender) => (await Tshark.FieldsAsync(
        capture.Files.Single(file => Path.GetFileNameWithoutExtension(file) == wire), $"ip.src == {sender} && (ip.flags.mf == 1 || ip.frag_offset > 0)", "frame.number")).Count;

    private static string Topology(string driver) => $$"""
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: narrow}
        spec:
          networks: [{name: left}, {name: middle, mtu: {{Narrow}}}, {name: right}]
          gateways:
            - name: gateway-1
              interfaces: [{name: eth0, network: left, addresses: 192.0.2.254/24}, {name: eth1, network: middle, addresses: 198.51.100.1/30}]
              ip: [route add 203.0.113.0/24 via 198.51.100.2]
            - name: gateway-2
              interfaces: [{name: eth0, network: right, addresses: 203.0.113.254/24}, {name: eth1, network: middle, addresses: 198.51.100.2/30}]
              ip: [route add 192.0.2.0/24 via 198.51.100.1]
          nodes:
            - name: node-a
              defaultGateway: 192.0.2.254
              interfaces: [{name: eth0, network: left, addresses: 192.0.2.1/24}]
              sysctls: {net.ipv4.ip_forward: 1}
            - name: node-b
              defaultGateway: 203.0.113.254
              interfaces: [{name: eth0, network: right, addresses: 203.0.113.1/24}]
              sysctls: {net.ipv4.ip_forward: 1}
          pods:
            - {name: pod-a, node: node-a, interface: cali-a, address: {{PodA}}, mac: "02:00:00:00:00:0a"}
            - {name: pod-b, node: node-b, interface: cali-b, address: {{PodB}}, mac: "02:00:00:00:00:0b"}
          routers:
            - {node: node-a, resources: resources.yaml, configuration: {uplink: {interface: eth0, driver: {{driver}} }, workloads: {driver: {{driver}} } } }
            - {node: node-b, resources: resources.yaml, configuration: {uplink: {interface: eth0, driver: {{driver}} }, workloads: {driver: {{driver}} } } }
        """;

    private static string Resources(string ipip, string vxlan) => CalicoResources.File(
        CalicoResources.Pool("10.42.0.0/16", 24, ipip, vxlan),
        CalicoResources.Node("node-a", "192.0.2.1/24", "ipv4VXLANTunnelAddr: 10.42.0.0"),
        CalicoResources.Block("node-a", "10.42.0.0/24"),
        CalicoResources.Node("node-b", "203.0.113.1/24", "ipv4VXLANTunnelAddr: 10.42.1.0"),
        CalicoResources.Block("node-b", "10.42.1.0/24"),
        CalicoResources.Endpoint("node-a", "pod-a", "cali-a", "02:00:00:00:00:0a", PodA),
        CalicoResources.Endpoint("node-b", "pod-b", "cali-b", "02:00:00:00:00:0b", PodB));
}
