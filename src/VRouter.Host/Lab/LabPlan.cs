using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>
/// What a topology means to the host, before anything is touched: the namespaces, the lines for ip in the order in which they must be
/// executed, the kernel settings, and the interfaces whose offloads are switched off.
/// </summary>
internal sealed class LabPlan
{
    private readonly Topology topology;
    private readonly string prefix;
    private readonly List<LabNamespace> namespaces = [];
    private readonly List<PlannedCommand> links = [];
    private readonly List<PlannedCommand> configuration = [];
    private readonly List<PlannedCommand> ipLines = [];
    private readonly List<(string Namespace, TopologySysctl Sysctl)> sysctls = [];
    private readonly List<(string Namespace, string Interface, SourceLocation Location)> offloadsOff = [];

    private LabPlan(Topology topology, string prefix)
    {
        this.topology = topology;
        this.prefix = prefix;
    }

    /// <summary>The namespaces to create.</summary>
    public IReadOnlyList<LabNamespace> Namespaces => namespaces;

    /// <summary>Bridges and veth pairs.</summary>
    public IReadOnlyList<PlannedCommand> Links => links;

    /// <summary>Addresses, states and routes, when all links are there.</summary>
    public IReadOnlyList<PlannedCommand> Configuration => configuration;

    /// <summary>The topology's own lines, when all is configured.</summary>
    public IReadOnlyList<PlannedCommand> IpLines => ipLines;

    /// <summary>Kernel settings, when all links are there.</summary>
    public IReadOnlyList<(string Namespace, TopologySysctl Sysctl)> Sysctls => sysctls;

    /// <summary>Interfaces without offloads.</summary>
    public IReadOnlyList<(string Namespace, string Interface, SourceLocation Location)> OffloadsOff => offloadsOff;

    /// <summary>Compiles a topology that <see cref="TopologyReader"/> has checked.</summary>
    public static LabPlan Of(Topology topology, string prefix)
    {
        var plan = new LabPlan(topology, prefix);
        foreach (var network in topology.Networks.Where(n => !n.Direct))
            plan.AddBridge(network);
        foreach (var host in topology.Hosts)
            plan.AddHost(host);
        foreach (var network in topology.Networks.Where(n => n.Direct))
            plan.AddDirectLink(network);
        foreach (var pod in topology.Pods)
            plan.AddPod(pod);
        return plan;
    }

    /// <summary>The lines that make eth0 of a pod usable, also after a TAP interface was moved there.</summary>
    public static IEnumerable<PlannedCommand> PodAddressing(TopologyPod pod, string inside)
    {
        yield return new(inside, "link set dev eth0 up", pod.Location);
        yield return new(inside, $"address add {pod.Address}/32 dev eth0", pod.Location);
        yield return new(inside, "route add 169.254.1.1 dev eth0 scope link", pod.Location);
        if (pod.DefaultRoute)
            yield return new(inside, "route add default via 169.254.1.1 dev eth0", pod.Location);
    }

    /// <summary>The port of a bridge that leads to an interface; its name tells which host is behind it.</summary>
    public static string BridgePort(Topology topology, TopologyHost host, TopologyInterface port)
    {
        const int longest = 15;
        var alone = host.Interfaces.Count(i => i.Network == port.Network) == 1;
        if (alone && host.Name.Length <= longest)
            return host.Name;
        var all = topology.Hosts.SelectMany(h => h.Interfaces).Where(i => i.Network == port.Network).ToList();
        return $"port{all.IndexOf(port) + 1}";
    }

    private void AddBridge(TopologyNetwork network)
    {
        var name = AddNamespace(network.Name, LabNamespaceKind.Network, network.Location);
        links.Add(new(name, "link add name br0 type bridge stp_state 0 mcast_snooping 0 forward_delay 0", network.Location));
        configuration.Add(new(name, $"link set dev br0 mtu {network.Mtu} up", network.Location));
    }

    private void AddHost(TopologyHost host)
    {
        var name = AddNamespace(host.Name, host.IsGateway ? LabNamespaceKind.Gateway : LabNamespaceKind.Node, host.Location);
        foreach (var port in host.Interfaces)
        {
            var network = topology.Networks.First(n => n.Name == port.Network);
            if (!network.Direct)
                AddBridgeLink(host, port, network);
            AddAddresses(name, port);
        }

        configuration.Add(new(name, "link set dev lo up", host.Location));
        if (host.DefaultGateway is { } gateway)
            configuration.Add(new(name, $"route add default via {gateway}", host.Location));
        if (host.IsGateway)
            sysctls.Add((name, new TopologySysctl(host.Location, "net.ipv4.ip_forward", "1")));
        sysctls.AddRange(host.Sysctls.Select(sysctl => (name, sysctl)));
        ipLines.AddRange(host.IpLines.Select(line => new PlannedCommand(name, line.Text, line.Location)));
    }

    private void AddBridgeLink(TopologyHost host, TopologyInterface port, TopologyNetwork network)
    {
        var bridge = prefix + network.Name;
        var name = BridgePort(topology, host, port);
        links.Add(new(bridge, VethLine(name, null, network.Mtu, prefix + host.Name, port.Name, port.Mac?.ToString(), network.Mtu), port.Location));
        configuration.Add(new(bridge, $"link set dev {name} master br0 up", port.Location));
        if (!port.Offloads)
        {
            offloadsOff.Add((bridge, name, port.Location));
            offloadsOff.Add((prefix + host.Name, port.Name, port.Location));
        }
    }

    private void AddDirectLink(TopologyNetwork network)
    {
        var ends = topology.Hosts.SelectMany(h => h.Interfaces.Where(i => i.Network == network.Name).Select(i => (Host: prefix + h.Name, Port: i))).ToList();
        var (near, far) = (ends[0], ends[1]);
        links.Add(new(
            near.Host,
            VethLine(near.Port.Name, near.Port.Mac?.ToString(), network.Mtu, far.Host, far.Port.Name, far.Port.Mac?.ToString(), network.Mtu),
            network.Location));
        foreach (var (host, port) in ends.Where(_ => !near.Port.Offloads || !far.Port.Offloads))
            offloadsOff.Add((host, port.Name, port.Location));
    }

    private void AddAddresses(string name, TopologyInterface port)
    {
        foreach (var address in port.Addresses)
            configuration.Add(new(name, $"address add {address} dev {port.Name}", port.Location));
        configuration.Add(new(name, $"link set dev {port.Name} up", port.Location));
    }

    private void AddPod(TopologyPod pod)
    {
        var inside = AddNamespace(pod.Name, LabNamespaceKind.Pod, pod.Location);
        var node = prefix + pod.Node;
        configuration.Add(new(inside, "link set dev lo up", pod.Location));
        if (!pod.Tap)
        {
            links.Add(new(node, VethLine(pod.Interface, pod.HostMac.ToString(), pod.Mtu, inside, "eth0", pod.Mac?.ToString(), pod.Mtu), pod.Location));
            configuration.Add(new(node, $"link set dev {pod.Interface} up", pod.Location));
            configuration.AddRange(PodAddressing(pod, inside));
            if (!pod.Offloads)
            {
                offloadsOff.Add((node, pod.Interface, pod.Location));
                offloadsOff.Add((inside, "eth0", pod.Location));
            }
        }

        sysctls.AddRange(pod.Sysctls.Select(sysctl => (inside, sysctl)));
        ipLines.AddRange(pod.IpLines.Select(line => new PlannedCommand(inside, line.Text, line.Location)));
    }

    private string AddNamespace(string name, LabNamespaceKind kind, SourceLocation location)
    {
        namespaces.Add(new LabNamespace { Name = prefix + name, Label = name, Kind = kind });
        return prefix + name;
    }

    private static string VethLine(string near, string? nearMac, int nearMtu, string farNamespace, string far, string? farMac, int farMtu) =>
        $"link add name {near}{Address(nearMac)} mtu {nearMtu} type veth peer name {far}{Address(farMac)} mtu {farMtu} netns {farNamespace}";

    private static string Address(string? mac) => mac is null ? "" : $" address {mac}";
}
