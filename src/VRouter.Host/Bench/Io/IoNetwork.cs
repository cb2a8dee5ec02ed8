using VRouter.Core.Wire;
using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// The networks that are measured in, as topologies of labs. One way: <c>pod-a - node-a - far</c>, where far takes frames in and no more. There and back:
/// <c>pod-a - node-a - node-b - pod-b</c>. What forwards is at the nodes: a router each, or the kernel, or on the way out whatever is started there.
/// </summary>
internal static class IoNetwork
{
    /// <summary>Names of places.</summary>
    public const string Pod = "pod-a", FarPod = "pod-b", Node = "node-a", FarNode = "node-b", Far = "far";

    /// <summary>Names of interfaces: the way out of every place, the node's side of the pod's wire, and the kernel's tunnel device.</summary>
    public const string Out = "eth0", NodePort = "cali-pod-a", Device = "tunnel";

    /// <summary>The VXLAN network identifier and UDP port.</summary>
    public const int Vni = 4096, VxlanPort = 4789;

    /// <summary>The greatest IP MTU between nodes.</summary>
    public const int Mtu = 1500;

    private const string ResourceFile = "resources.yaml";

    // The kernel would answer ARP for the gateway only with a default route of its own.
    private static readonly string KernelPod = $", ip: [\"neigh replace 169.254.1.1 lladdr {MacAddress.WorkloadGateway} dev {Out}\"]";

    /// <summary>Addresses of the node and the far node, and of the pod and the far pod.</summary>
    public static readonly IPv4Address NodeAddress = new(192, 0, 2, 1), FarNodeAddress = new(192, 0, 2, 2), PodAddress = new(10, 42, 0, 2), FarPodAddress = new(10, 42, 1, 2);

    /// <summary>
    /// The pod's MAC address, and the one under which the far end answers ARP. That is not its interface's, so its kernel counts what comes and looks no further.
    /// </summary>
    public static readonly MacAddress PodMac = MacAddress.Parse("02:00:00:00:00:0a"), FarMac = MacAddress.Parse("02:00:00:00:00:fa");

    /// <summary>The IP MTU of a pod.</summary>
    public static int PodMtu(IoMode mode) => mode switch { IoMode.Ipip => Mtu - 20, IoMode.Vxlan => Mtu - 50, _ => Mtu };

    /// <summary>A network in which a router, if <paramref name="driver"/> is given, runs at each node.</summary>
    /// <param name="mode">The encapsulation.</param>
    /// <param name="bothWays">There and back, else one way.</param>
    /// <param name="driver">The routers' ports; null: no router.</param>
    /// <param name="folder">Where the resource files will be.</param>
    public static (Topology Topology, IReadOnlyDictionary<string, string> Files) WithRouter(IoMode mode, bool bothWays, IoDriver driver, string folder)
    {
        var router = $"resources: {ResourceFile}, configuration: {{uplink: {{interface: {Out}, driver: {driver.Uplink}}}, workloads: {{driver: {driver.Workloads}}}}}";
        string[] routers = bothWays ? [Node, FarNode] : [Node];
        var text = Text(mode, bothWays, driver.MakesTaps ? "tap" : "veth", "", _ => "", routers.Select(node => $"{{node: {node}, {router}}}"));
        var path = Path.GetFullPath(ResourceFile, folder);
        var files = new Dictionary<string, string> { [path] = Resources(mode) };
        return (TopologyReader.Parse(text, Path.Combine(folder, "topology.yaml"), files.ContainsKey), files);
    }

    /// <summary>A network in which the kernels of the nodes forward.</summary>
    public static Topology WithKernel(IoMode mode, bool bothWays, string folder) =>
        TopologyReader.Parse(Text(mode, bothWays, "veth", KernelPod, side => KernelNode(mode, side), []), Path.Combine(folder, "topology.yaml"), _ => true);

    /// <summary>A network, one way, in which nothing forwards yet.</summary>
    public static Topology WithoutForwarder(string folder) =>
        TopologyReader.Parse(Text(IoMode.Plain, bothWays: false, "veth", "", _ => "", []), Path.Combine(folder, "topology.yaml"), _ => true);

    private static string Text(IoMode mode, bool bothWays, string attach, string pod, Func<int, string> node, IEnumerable<string> routers)
    {
        var far = bothWays
            ? $"    - {{name: {FarNode}, interfaces: [{{name: {Out}, network: wire, addresses: {FarNodeAddress}/24}}]{node(2)}}}"
            : $"    - {{name: {Far}, interfaces: [{{name: {Out}, network: wire}}]}}";
        var pods = Enumerable.Range(1, bothWays ? 2 : 1).Select(side => $"    - {{{PodFields(mode, attach, side)}{pod}}}");
        return $"""
            apiVersion: vrouter/v1
            kind: Topology
            metadata: {"{"}name: bench-io{"}"}
            spec:
              networks: [{"{"}name: wire, type: direct, mtu: {Mtu}{"}"}]
              nodes:
                - {"{"}name: {Node}, interfaces: [{"{"}name: {Out}, network: wire, addresses: {NodeAddress}/24{"}"}]{node(1)}{"}"}
            {far}
              pods:
            {string.Join('\n', pods)}
              routers: [{string.Join(", ", routers)}]
            """;
    }

    private static string PodFields(IoMode mode, string attach, int side)
    {
        var letter = side == 1 ? 'a' : 'b';
        return $"name: pod-{letter}, node: node-{letter}, interface: cali-pod-{letter}, address: 10.42.{side - 1}.2, mac: \"02:00:00:00:00:0{letter}\", "
            + $"mtu: {PodMtu(mode)}, attach: {attach}";
    }

    private static string KernelNode(IoMode mode, int side)
    {
        var (letter, other) = (side == 1 ? 'a' : 'b', 3 - side);
        string[] ways = mode switch
        {
            IoMode.Plain => [$"route add 10.42.{other - 1}.0/24 via 192.0.2.{other}"],
            IoMode.Ipip =>
            [
                $"link add {Device} type ipip local 192.0.2.{side} remote 192.0.2.{other} dev {Out}",
                $"link set {Device} mtu {PodMtu(mode)} up",
                $"route add 10.42.{other - 1}.0/24 dev {Device}",
            ],
            _ =>
            [
                $"link add {Device} type vxlan id {Vni} dstport {VxlanPort} local 192.0.2.{side} remote 192.0.2.{other} dev {Out} nolearning",
                $"link set {Device} address 66:00:00:00:00:0{side} mtu {PodMtu(mode)} up",
                $"neigh add 10.42.{other - 1}.0 lladdr 66:00:00:00:00:0{other} dev {Device} nud permanent",
                $"route add 10.42.{other - 1}.0/24 via 10.42.{other - 1}.0 dev {Device} onlink",
            ],
        };
        string[] lines = [.. ways, $"route add 10.42.{side - 1}.2/32 dev cali-pod-{letter}", $"neigh add 10.42.{side - 1}.2 lladdr 02:00:00:00:00:0{letter} dev cali-pod-{letter}"];
        return $", sysctls: {{net.ipv4.ip_forward: \"1\", net.ipv4.conf.all.rp_filter: \"0\"}}, ip: [{string.Join(", ", lines.Select(line => $"\"{line}\""))}]";
    }

    private static string Resources(IoMode mode) => string.Join("\n---\n", (string[])
    [
        Resource("IPPool", "pods", $"cidr: 10.42.0.0/16, blockSize: 24, ipipMode: {Word(mode == IoMode.Ipip)}, vxlanMode: {Word(mode == IoMode.Vxlan)}"),
        Resource("Node", Node, $"bgp: {{ipv4Address: {NodeAddress}/24}}, ipv4VXLANTunnelAddr: 10.42.0.0"),
        Resource("Node", FarNode, $"bgp: {{ipv4Address: {FarNodeAddress}/24}}, ipv4VXLANTunnelAddr: 10.42.1.0"),
        Resource("BlockAffinity", "a", $"node: {Node}, cidr: 10.42.0.0/24, state: confirmed, deleted: \"false\""),
        Resource("BlockAffinity", "b", $"node: {FarNode}, cidr: 10.42.1.0/24, state: confirmed, deleted: \"false\""),
        Endpoint('a', PodAddress),
        Endpoint('b', FarPodAddress),
    ]);

    private static string Endpoint(char letter, IPv4Address address) => Resource(
        "WorkloadEndpoint",
        $"node--{letter}-k8s-pod--{letter}-eth0, namespace: default",
        $"orchestrator: k8s, node: node-{letter}, pod: pod-{letter}, endpoint: eth0, interfaceName: cali-pod-{letter}, mac: \"02:00:00:00:00:0{letter}\", ipNetworks: [{address}/32]");

    private static string Resource(string kind, string metadata, string spec) =>
        $"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: {metadata}}}\nspec: {{{spec}}}";

    private static string Word(bool isOn) => isOn ? "Always" : "Never";
}
