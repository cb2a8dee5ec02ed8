namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Resources as Calico writes them, each a YAML document, with the names that Calico gives.</summary>
internal static class CalicoResources
{
    /// <summary>One file of several documents.</summary>
    public static string File(params IEnumerable<string> documents) => string.Join("\n---\n", documents) + "\n";

    /// <summary>A pool of addresses.</summary>
    public static string Pool(string cidr, int blockSize, string ipip, string vxlan) => $$"""
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: pods}
        spec: {cidr: {{cidr}}, blockSize: {{blockSize}}, ipipMode: {{ipip}}, vxlanMode: {{vxlan}}}
        """;

    /// <summary>A node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its address and its subnet's length.</param>
    /// <param name="more">More fields of its specification, as <c>"vxlanTunnelMACAddr: …"</c>.</param>
    public static string Node(string name, string address, params string[] more) => $$"""
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: {{name}}}
        spec: { {{string.Join(", ", [$"bgp: {{ipv4Address: {address}}}", .. more])}} }
        """;

    /// <summary>A node's block of a pool.</summary>
    public static string Block(string node, string cidr) => $$"""
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: {{node}}-{{cidr.Replace('.', '-').Replace('/', '-')}}}
        spec: {node: {{node}}, cidr: {{cidr}}, state: confirmed, deleted: "false"}
        """;

    /// <summary>A pod's interface.</summary>
    /// <param name="node">The pod's node.</param>
    /// <param name="pod">Its name.</param>
    /// <param name="port">The interface at the node.</param>
    /// <param name="mac">The MAC address in the pod.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="netns">The pod's namespace, where the router puts a TAP interface there.</param>
    /// <param name="name">The interface in the pod.</param>
    public static string Endpoint(string node, string pod, string port, string mac, string address, string? netns = null, string name = "eth0") => $$"""
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata:
          name: {{node.Replace("-", "--")}}-k8s-{{pod.Replace("-", "--")}}-{{name}}
          namespace: default
          annotations: {{{(netns is null ? "" : $"vrouter/netns: {netns}")}}}
        spec: {orchestrator: k8s, node: {{node}}, pod: {{pod}}, endpoint: {{name}}, interfaceName: {{port}}, mac: "{{mac}}", ipNetworks: [{{address}}/32]}
        """;
}
