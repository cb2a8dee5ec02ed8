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
    public static string Resources(string ipip, string vxlan, Func<string, string>? namespaceOf = null) => $$"""
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: pods}
        spec: {cidr: 10.42.0.0/16, blockSize: 24, ipipMode: {{ipip}}, vxlanMode: {{vxlan}}}
        ---
        {{Node("node-a", NodeA, "10.42.0.0")}}
        ---
        {{Node("node-b", NodeB, "10.42.1.0")}}
        ---
        {{Endpoint("node-a", "pod-a", "cali-a", PodA, "02:00:00:00:00:0a", namespaceOf)}}
        ---
        {{Endpoint("node-b", "pod-b", "cali-b", PodB, "02:00:00:00:00:0b", namespaceOf)}}
        """;

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

    private static string Node(string name, string address, string block) => $$"""
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: {{name}}}
        spec:
          bgp: {ipv4Address: {{address}}/24}
          ipv4VXLANTunnelAddr: {{block}}
        ---
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: {{name}}-{{block.Replace('.', '-')}}-24}
        spec: {node: {{name}}, cidr: {{block}}/24, state: confirmed, deleted: "false"}
        """;

    private static string Endpoint(string node, string pod, string port, string address, string mac, Func<string, string>? namespaceOf) => $$"""
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata:
          name: {{node.Replace("-", "--")}}-k8s-{{pod.Replace("-", "--")}}-eth0
          namespace: default
          annotations: {{{(namespaceOf is null ? "" : $"vrouter/netns: {namespaceOf(pod)}")}}}
        spec: {orchestrator: k8s, node: {{node}}, pod: {{pod}}, endpoint: eth0, interfaceName: {{port}}, mac: "{{mac}}", ipNetworks: [{{address}}/32]}
        """;
}
