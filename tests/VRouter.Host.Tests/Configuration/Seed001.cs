using VRouter.Host.Configuration;

namespace VRouter.Host.Tests.Configuration;

/// <summary>The three-node network of seed 001: walker-1 and walker-2 in one subnet, demi-1 behind a gateway.</summary>
internal static class Seed001
{
    public static ClusterState State(string ipipMode = "Never", string vxlanMode = "Never", string more = "")
    {
        var result = ConfigurationLoader.LoadText("seed001.yaml", Text(ipipMode, vxlanMode) + more);
        Assert.Empty(result.Diagnostics);
        return result.State!;
    }

    public static string Text(string ipipMode = "Never", string vxlanMode = "Never") => $$"""
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: default}
        spec: {cidr: 192.168.0.0/16, ipipMode: {{ipipMode}}, vxlanMode: {{vxlanMode}}}
        {{Node("walker-1", "172.16.6.47/24", "192.168.187.192/26")}}
        {{Node("walker-2", "172.16.6.249/24", "192.168.135.64/26")}}
        {{Node("demi-1", "172.16.199.114/24", "192.168.121.0/26")}}
        {{Router("walker-1", "172.16.6.254")}}
        {{Router("walker-2", "172.16.6.254")}}
        {{Router("demi-1", "172.16.199.254")}}
        {{Endpoint("busybox-1", "walker-1", "calie50081a277c", "3a:1d:1e:91:f5:9e", "192.168.187.211", "66:39:fa:e7:9f:a9")}}
        {{Endpoint("busybox-2", "walker-2", "cali2", "de:16:fc:1c:44:35", "192.168.135.74", "5a:4a:df:5e:c9:6c")}}
        {{Endpoint("busybox-3", "demi-1", "cali3", "de:16:fc:1c:44:35", "192.168.121.2", "8e:6b:fa:f7:5d:3b")}}

        """;

    public static string Node(string name, string address, string block) => $$"""
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: {{name}}}
        spec: {bgp: {ipv4Address: {{address}} } }
        {{Block(name, block)}}
        """;

    public static string Block(string node, string cidr) => $$"""
        ---
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: {{node}}-{{cidr.Replace('/', '-')}}}
        spec: {node: {{node}}, cidr: {{cidr}}, state: confirmed}
        """;

    public static string Router(string name, string gateway) => $$"""
        ---
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: {{name}}}
        spec: {uplink: {interface: eth0, gateway: {{gateway}} } }
        """;

    public static string Endpoint(string name, string node, string interfaceName, string mac, string address, string routerMac) => $$"""
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: {{name}}, annotations: {vrouter/router-mac: "{{routerMac}}"} }
        spec: {node: {{node}}, interfaceName: {{interfaceName}}, mac: "{{mac}}", ipNetworks: [{{address}}/32]}
        """;
}
