namespace VRouter.EndToEnd.Tests.Support;

/// <summary>
/// The smallest network, without routers: tests start them by hand.
/// <code>
///  pod-a ── node-a ──── wire ──── node-b ── pod-b
///  10.42.0.2  192.0.2.1     192.0.2.2  10.42.1.2
/// </code>
/// </summary>
internal static class TwoNodes
{
    public const string PodA = "10.42.0.2";
    public const string PodB = "10.42.1.2";
    public const string NodeA = "192.0.2.1";
    public const string NodeB = "192.0.2.2";

    /// <summary>The files that the routers read.</summary>
    public static IReadOnlyList<string> Files { get; } = ["resources.yaml"];

    /// <summary>Builds the namespaces and writes the resources.</summary>
    /// <param name="ipip">The pool's ipipMode.</param>
    /// <param name="vxlan">The pool's vxlanMode.</param>
    /// <param name="nodeSysctls">Kernel settings of both nodes, as a YAML mapping.</param>
    /// <param name="veths">False: the pods are namespaces without an interface to their node.</param>
    public static async Task<TestLab> BuildAsync(string ipip = "Always", string vxlan = "Never", string nodeSysctls = "{}", bool veths = true)
    {
        TestLab.Demand();
        var lab = new TestLab();
        try
        {
            lab.Write("resources.yaml", Resources(ipip, vxlan));
            await lab.BuildAsync(Topology(nodeSysctls, veths));
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the routers read.</summary>
    /// <param name="ipip">The pool's ipipMode.</param>
    /// <param name="vxlan">The pool's vxlanMode.</param>
    /// <param name="namespaceOf">Names the namespace of a pod, where its router puts a TAP interface there.</param>
    public static string Resources(string ipip, string vxlan, Func<string, string>? namespaceOf = null) => CalicoResources.File(
        CalicoResources.Pool("10.42.0.0/16", 24, ipip, vxlan),
        CalicoResources.Node("node-a", $"{NodeA}/24", "ipv4VXLANTunnelAddr: 10.42.0.0"),
        CalicoResources.Block("node-a", "10.42.0.0/24"),
        CalicoResources.Node("node-b", $"{NodeB}/24", "ipv4VXLANTunnelAddr: 10.42.1.0"),
        CalicoResources.Block("node-b", "10.42.1.0/24"),
        CalicoResources.Endpoint("node-a", "pod-a", "cali-a", "02:00:00:00:00:0a", PodA, namespaceOf?.Invoke("pod-a")),
        CalicoResources.Endpoint("node-b", "pod-b", "cali-b", "02:00:00:00:00:0b", PodB, namespaceOf?.Invoke("pod-b")));

    private static string Topology(string nodeSysctls, bool veths) => $$"""
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: two}
        spec:
          networks: [{name: wire}]
          nodes:
            - name: node-a
              interfaces: [{name: eth0, network: wire, addresses: {{NodeA}}/24, mac: "02:00:00:00:01:01"}]
              sysctls: {{nodeSysctls}}
            - name: node-b
              interfaces: [{name: eth0, network: wire, addresses: {{NodeB}}/24, mac: "02:00:00:00:01:02"}]
              sysctls: {{nodeSysctls}}
        {{(veths ? Pods : EmptyPods)}}
        """;

    private static string Pods => $$"""
          pods:
            - {name: pod-a, node: node-a, interface: cali-a, address: {{PodA}}, mac: "02:00:00:00:00:0a"}
            - {name: pod-b, node: node-b, interface: cali-b, address: {{PodB}}, mac: "02:00:00:00:00:0b"}
        """;

    // To the lab these are nodes without interfaces.
    private static string EmptyPods => """
            - {name: pod-a}
            - {name: pod-b}
        """;
}
