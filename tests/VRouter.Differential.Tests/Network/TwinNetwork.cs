using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Differential.Tests.Network;

/// <summary>
/// The network that both routers are put into: addresses, MTUs, routes and neighbors, once as resources and routes for ours, once as ip(8) lines for the
/// kernel.
/// <code>
///  10.244.0.2 ── workload (MTU 4000) ──┐
///                                      ├─ router ── uplink 192.0.2.1/28 (MTU 1500) ── nodes .2 and .3 (VXLAN), gateway .14
///  10.244.0.3 ── other    (MTU 1300) ──┘
/// </code>
/// </summary>
internal static class TwinNetwork
{
    public const int Uplink = 0;
    public const int Workload = 1;
    public const int Other = 2;

    public const int UplinkMtu = 1500;
    public const int VxlanMtu = 1450;
    public const uint Vni = 4096;
    public const string NodeAddress = "192.0.2.1";
    public const string PlainNode = "192.0.2.2";
    public const string VxlanNode = "192.0.2.3";
    public const string IpipNode = "192.0.2.4";
    public const string Gateway = "192.0.2.14";
    public const string WorkloadAddress = "10.244.0.2";
    public const string OtherAddress = "10.244.0.3";
    public const string SubnetBroadcast = "192.0.2.15";
    public const string SubnetAddress = "192.0.2.0";

    // Where routes lead: to a node as they are, through VXLAN, through IPIP, nowhere with and without a word. The gateway has half of all addresses, so that the
    // rest have no route.
    public const string PlainPrefix = "10.244.1.0/26";
    public const string VxlanPrefix = "10.244.2.0/26";
    public const string IpipPrefix = "10.244.3.0/26";
    public const string OwnBlock = "10.244.0.0/26";
    public const string UnreachablePrefix = "10.99.0.0/16";

    // Further addresses of the workload and behind the VXLAN peer. Linux limits its errors about routes for each source, so those that cause some have many.
    public const string WorkloadSources = "10.245.0.0/16";
    public const string VxlanSources = "10.246.0.0/16";
    public static readonly string[] GatewayPrefixes = ["0.0.0.0/1", "128.0.0.0/2", "224.0.0.0/3"];

    public static readonly string[] PortNames = ["uplink", "workload", "other"];
    public static readonly int[] Mtus = [UplinkMtu, 4000, 1300];
    public static readonly MacAddress UplinkMac = MacAddress.Parse("02:00:5e:00:00:01");
    public static readonly MacAddress WorkloadRouterMac = MacAddress.Parse("ee:ee:ee:ee:ee:ee");
    public static readonly MacAddress WorkloadMac = MacAddress.Parse("02:00:0a:f4:00:02");
    public static readonly MacAddress OtherMac = MacAddress.Parse("02:00:0a:f4:00:03");
    public static readonly MacAddress Vtep = MacAddress.Parse("66:00:00:00:00:01");
    public static readonly MacAddress PeerVtep = MacAddress.Parse("66:00:00:00:00:03");

    /// <summary>The MAC address of whoever has an address of the uplink's subnet.</summary>
    public static MacAddress NeighborMac(int host) => new(0x0200_0000_0200UL + (uint)host);

    /// <summary>The addresses of the uplink's subnet that others have, as last bytes.</summary>
    public static IEnumerable<int> NeighborHosts => Enumerable.Range(0, 15).Where(host => host != 1);

    /// <summary>The MAC address that frames to the router have on a port.</summary>
    public static MacAddress RouterMac(int port) => port == Uplink ? UplinkMac : WorkloadRouterMac;

    /// <summary>The MAC address of who usually sends on a port.</summary>
    public static MacAddress SenderMac(int port) => port switch
    {
        Workload => WorkloadMac,
        Other => OtherMac,
        _ => NeighborMac(2),
    };

    /// <summary>Our router's node.</summary>
    public static NodeView View(bool strictVxlan)
    {
        var state = ConfigurationLoader.LoadText("twin.yaml", Resources(strictVxlan)).State
            ?? throw new InvalidOperationException("The twin network's resources are not valid.");
        var uplink = new UplinkFacts
        {
            Interface = PortNames[Uplink],
            Address = state.FindNode("node-a")!.Address!.Value,
            Mtu = UplinkMtu,
            Mac = UplinkMac,
        };
        return NodeView.Of(state, "node-a", uplink);
    }

    /// <summary>Our router's routes.</summary>
    public static RouteTable Routes(NodeView view)
    {
        var source = RouteSource.Resources;
        var routes = new RouteTable();
        routes.Replace(RouteSource.Host, RouteCalculator.FromUplink(view));
        routes.Replace(source,
        [
            .. RouteCalculator.FromResources(view),
            new Route(IPv4Prefix.Parse(PlainPrefix), new RouteTarget.Via(NextHop.Plain(IPv4Address.Parse(PlainNode))), source),
            new Route(IPv4Prefix.Parse(VxlanPrefix), new RouteTarget.Via(NextHop.Vxlan(IPv4Address.Parse(VxlanNode), PeerVtep)), source),
            new Route(IPv4Prefix.Parse(IpipPrefix), new RouteTarget.Via(NextHop.Ipip(IPv4Address.Parse(IpipNode))), source),
            new Route(IPv4Prefix.Parse(VxlanSources), new RouteTarget.Via(NextHop.Vxlan(IPv4Address.Parse(VxlanNode), PeerVtep)), source),
            new Route(IPv4Prefix.Parse(WorkloadSources), new RouteTarget.Workload(PortNames[Workload], IPv4Address.Parse(WorkloadAddress), WorkloadMac), source),
            new Route(IPv4Prefix.Parse(UnreachablePrefix), new RouteTarget.Unreachable(), source),
            .. GatewayPrefixes.Select(prefix => new Route(IPv4Prefix.Parse(prefix), new RouteTarget.Via(NextHop.OnLink(IPv4Address.Parse(Gateway))), source)),
        ]);
        return routes;
    }

    /// <summary>The kernel's addresses, routes and neighbors, as lines for <c>ip -batch</c>; its links exist and are up.</summary>
    public static IEnumerable<string> KernelLines()
    {
        yield return $"address add {NodeAddress}/28 brd + dev uplink";
        yield return $"link add name vtep address {Vtep} mtu {VxlanMtu} type vxlan id {Vni} dstport 4789 local {NodeAddress} dev uplink nolearning noudpcsum df inherit";
        yield return "link set dev vtep up";
        foreach (var host in NeighborHosts)
            yield return $"neighbor replace 192.0.2.{host} lladdr {NeighborMac(host)} dev uplink nud permanent";
        yield return $"neighbor replace {WorkloadAddress} lladdr {WorkloadMac} dev workload nud permanent";
        yield return $"neighbor replace {OtherAddress} lladdr {OtherMac} dev other nud permanent";
        yield return $"neighbor replace 10.244.2.1 lladdr {PeerVtep} dev vtep nud permanent";
        yield return $"route add {WorkloadAddress}/32 dev workload scope link";
        yield return $"route add {OtherAddress}/32 dev other scope link";
        yield return $"route add blackhole {OwnBlock}";
        yield return $"route add unreachable {UnreachablePrefix}";
        yield return $"route add {PlainPrefix} via {PlainNode}";
        yield return $"route add {VxlanPrefix} via 10.244.2.1 dev vtep onlink";
        yield return $"route add {VxlanSources} via 10.244.2.1 dev vtep onlink";
        yield return $"route add {WorkloadSources} via {WorkloadAddress} dev workload onlink";
        foreach (var prefix in GatewayPrefixes)
            yield return $"route add {prefix} via {Gateway}";
    }

    private static string Resources(bool strictVxlan) => $$"""
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: pods}
        spec: {cidr: 10.244.0.0/16, blockSize: 26, ipipMode: Never, vxlanMode: Never}
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: node-a}
        spec:
          bgp: {ipv4Address: {{NodeAddress}}/28}
          vxlanTunnelMACAddr: "{{Vtep}}"
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: node-b}
        spec: {bgp: {ipv4Address: "{{PlainNode}}/28" } }
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: node-c}
        spec:
          bgp: {ipv4Address: {{VxlanNode}}/28}
          vxlanTunnelMACAddr: "{{PeerVtep}}"
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: node-d}
        spec: {bgp: {ipv4Address: "{{IpipNode}}/28" } }
        ---
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: node-a-block}
        spec: {node: node-a, cidr: {{OwnBlock}}, state: confirmed, deleted: "false"}
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: node--a-k8s-pod--a-eth0, namespace: default}
        spec: {orchestrator: k8s, node: node-a, pod: pod-a, endpoint: eth0, interfaceName: workload, mac: "{{WorkloadMac}}", ipNetworks: [{{WorkloadAddress}}/32], allowSpoofedSourcePrefixes: [{{WorkloadSources}}]}
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: node--a-k8s-pod--b-eth0, namespace: default}
        spec: {orchestrator: k8s, node: node-a, pod: pod-b, endpoint: eth0, interfaceName: other, mac: "{{OtherMac}}", ipNetworks: [{{OtherAddress}}/32]}
        ---
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: node-a}
        spec:
          uplink: {interface: uplink}
          vxlan: {profile: {{(strictVxlan ? "strict" : "rfc")}} }
        """;
}
