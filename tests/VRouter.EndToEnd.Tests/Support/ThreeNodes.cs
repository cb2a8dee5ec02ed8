namespace VRouter.EndToEnd.Tests.Support;

/// <summary>
/// The network of most tests, with the names and addresses of the demo's:
/// <code>
///  busybox-1  busybox-4  bare  spare      busybox-2            busybox-3
///      └─────── walker-1 ───────┘          walker-2              demi-1
///                  └──────── vlan-6 ─────────┘ └─ gateway ─ vlan-199 ┘
/// </code>
/// The kernels of all nodes forward (ip_forward=1), as on a cluster's nodes. "bare" has no default route; "spare" is wired, but is no
/// workload until a test says so.
/// </summary>
internal static class ThreeNodes
{
    public const string Pod1 = "192.168.187.211";
    public const string Pod2 = "192.168.135.74";
    public const string Pod3 = "192.168.121.2";
    public const string Pod4 = "192.168.187.212";
    public const string Bare = "192.168.187.213";
    public const string Spare = "192.168.187.214";

    public const string SpareMac = "02:00:00:00:00:14";

    /// <summary>The topology; its routers read cluster.yaml, pods.yaml and pool.yaml.</summary>
    public static string Topology(bool offloads = true, int podMtu = 1500, bool routers = true, string driver = "auto") => $$"""
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: three}
        spec:
          offloads: {{(offloads ? "true" : "false")}}
          networks: [{name: vlan-6}, {name: vlan-199}]
          gateways:
            - name: gateway
              interfaces:
                - {name: eth6, network: vlan-6, addresses: 172.16.6.254/24, mac: "00:23:89:8c:e8:31"}
                - {name: eth199, network: vlan-199, addresses: 172.16.199.254/24, mac: "00:23:89:8c:e8:31"}
          nodes:
            - name: walker-1
              defaultGateway: 172.16.6.254
              interfaces: [{name: eth0, network: vlan-6, addresses: 172.16.6.47/24, mac: "fa:16:3e:02:8b:17"}]
              sysctls: {net.ipv4.ip_forward: 1}
            - name: walker-2
              defaultGateway: 172.16.6.254
              interfaces: [{name: eth0, network: vlan-6, addresses: 172.16.6.249/24, mac: "fa:16:3e:8c:21:13"}]
              sysctls: {net.ipv4.ip_forward: 1}
            - name: demi-1
              defaultGateway: 172.16.199.254
              interfaces: [{name: eth0, network: vlan-199, addresses: 172.16.199.114/24, mac: "fa:16:3e:d9:a0:5e"}]
              sysctls: {net.ipv4.ip_forward: 1}
          pods:
            - {name: busybox-1, node: walker-1, interface: cali1, address: {{Pod1}}, mac: "3a:1d:1e:91:f5:9e", mtu: {{podMtu}}}
            - {name: busybox-4, node: walker-1, interface: cali4, address: {{Pod4}}, mac: "02:00:00:00:00:04", mtu: {{podMtu}}}
            - {name: bare, node: walker-1, interface: calibare, address: {{Bare}}, mac: "02:00:00:00:00:13", defaultRoute: false}
            - {name: spare, node: walker-1, interface: calispare, address: {{Spare}}, mac: "{{SpareMac}}", mtu: {{podMtu}}}
            - {name: busybox-2, node: walker-2, interface: cali2, address: {{Pod2}}, mac: "de:16:fc:1c:44:35", mtu: {{podMtu}}}
            - {name: busybox-3, node: demi-1, interface: cali3, address: {{Pod3}}, mac: "de:16:fc:1c:44:35", mtu: {{podMtu}}}
        {{(routers ? Routers(driver) : "")}}
        """;

    /// <summary>Nodes and blocks.</summary>
    public static string Cluster => CalicoResources.File(
        CalicoResources.Node("walker-1", "172.16.6.47/24"),
        CalicoResources.Node("walker-2", "172.16.6.249/24"),
        CalicoResources.Node("demi-1", "172.16.199.114/24"),
        CalicoResources.Block("walker-1", "192.168.187.192/26"),
        CalicoResources.Block("walker-2", "192.168.135.64/26"),
        CalicoResources.Block("demi-1", "192.168.121.0/26"));

    /// <summary>All workloads but the spare one.</summary>
    public static string Pods => CalicoResources.File(
        CalicoResources.Endpoint("walker-1", "busybox-1", "cali1", "3a:1d:1e:91:f5:9e", Pod1),
        CalicoResources.Endpoint("walker-1", "busybox-4", "cali4", "02:00:00:00:00:04", Pod4),
        CalicoResources.Endpoint("walker-1", "bare", "calibare", "02:00:00:00:00:13", Bare),
        CalicoResources.Endpoint("walker-2", "busybox-2", "cali2", "de:16:fc:1c:44:35", Pod2),
        CalicoResources.Endpoint("demi-1", "busybox-3", "cali3", "de:16:fc:1c:44:35", Pod3));

    private static string Routers(string driver) => $$"""
          routers:
            - {node: walker-1, resources: [cluster.yaml, pods.yaml, pool.yaml], configuration: {uplink: {interface: eth0, driver: {{driver}} }, workloads: {driver: {{driver}} } } }
            - {node: walker-2, resources: [cluster.yaml, pods.yaml, pool.yaml], configuration: {uplink: {interface: eth0, driver: {{driver}} }, workloads: {driver: {{driver}} } } }
            - {node: demi-1, resources: [cluster.yaml, pods.yaml, pool.yaml], configuration: {uplink: {interface: eth0, driver: {{driver}} }, workloads: {driver: {{driver}} } } }
        """;

    /// <summary>The spare pod as a workload, with the addresses that are given.</summary>
    public static string SpareEndpoint(string address = Spare, string mac = SpareMac) => CalicoResources.Endpoint("walker-1", "spare", "calispare", mac, address);

    /// <summary>The pool in a mode.</summary>
    public static string Pool(string ipip, string vxlan) => CalicoResources.File(CalicoResources.Pool("192.168.0.0/16", 26, ipip, vxlan));

    /// <summary>Writes the resource files and builds the lab with routers that are ready.</summary>
    public static async Task<TestLab> BuildAsync(string ipip, string vxlan, bool offloads = true, int podMtu = 1500, string driver = "auto")
    {
        TestLab.Demand();
        var lab = new TestLab();
        try
        {
            lab.Write("cluster.yaml", Cluster);
            lab.Write("pods.yaml", Pods);
            lab.Write("pool.yaml", Pool(ipip, vxlan));
            await lab.BuildAsync(Topology(offloads, podMtu, driver: driver));
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }
}
