using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Lab;
using VRouter.Host.Routing;

namespace VRouter.Host.Demo.Simulation;

/// <summary>A topology without a kernel: routers as they are, everything around them simulated. The same input gives the same frames.</summary>
internal sealed class SimulatedNetwork : IDisposable
{
    private const long Step = 1_000_000;
    private readonly SimulatedClock clock = new();
    private readonly Topology topology;
    private readonly SimulationOptions options;
    private readonly ClusterState cluster;
    private readonly List<SimulatedWire> all = [];
    private readonly Dictionary<(string Place, string Interface), SimulatedWire> wires = [];
    private readonly Dictionary<string, SimulatedRouter> routers = [];
    private readonly Dictionary<string, SimulatedGateway> gateways = [];
    private readonly Dictionary<string, SimulatedPod> pods = [];

    /// <summary>Builds the topology; every node must have a router.</summary>
    /// <exception cref="Recording.RecordingException">A router's recording cannot be made; nothing is left running.</exception>
    public SimulatedNetwork(Topology topology, ClusterState cluster, SimulationOptions? options = null)
    {
        this.topology = topology;
        this.cluster = cluster;
        this.options = options ?? new SimulationOptions();
        try
        {
            foreach (var host in topology.Hosts)
                AddHost(host);
            foreach (var network in topology.Networks)
                AddNetwork(network);
            foreach (var pod in topology.Pods)
                AddPod(pod);
            foreach (var router in routers.Values)
                router.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The pod of that name.</summary>
    public SimulatedPod Pod(string name) => pods[name];

    /// <summary>The wire that ends in an interface of a host, pod or bridge.</summary>
    public SimulatedWire WireOf(string place, string port) => wires[(place, port)];

    /// <summary>Why the recording of a router ended too early, a sentence for each; empty if none did.</summary>
    public IReadOnlyList<string> RecordingFailures() =>
        [.. routers.Where(router => router.Value.RecordingFailure is not null).Select(router => $"the recording of {router.Key} ended early: {router.Value.RecordingFailure}")];

    /// <summary>Lets time pass until something has happened, but not more than <paramref name="patience"/>.</summary>
    /// <returns>Whether it has happened.</returns>
    public bool RunUntil(Func<bool> happened, TimeSpan patience)
    {
        for (var end = clock.Now + (patience.Ticks * TimeSpan.NanosecondsPerTick); clock.Now < end; clock.Advance(Step))
        {
            Settle();
            if (happened())
                return true;
        }

        return false;
    }

    /// <summary>Ends the routers.</summary>
    public void Dispose()
    {
        foreach (var router in routers.Values)
            router.Dispose();
    }

    private void Settle()
    {
        bool moved;
        do
        {
            moved = false;
            foreach (var wire in all)
                moved |= wire.Deliver();
            foreach (var router in routers.Values)
                moved |= router.Turn(clock.Now);
        }
        while (moved);
    }

    private void AddHost(TopologyHost host)
    {
        if (host.IsGateway)
            gateways.Add(host.Name, new SimulatedGateway());
        else
            routers.Add(host.Name, new SimulatedRouter(NodeView.Of(cluster, host.Name, UplinkOf(host)), options));
    }

    private UplinkFacts UplinkOf(TopologyHost host)
    {
        var uplink = cluster.FindRouter(host.Name)!.Uplink;
        var port = host.Interfaces.First(i => i.Name == uplink.Interface);
        return UplinkFacts.Merge(uplink, new UplinkFacts
        {
            Interface = port.Name,
            Address = AddressOf(port),
            Gateway = host.DefaultGateway,
            Mtu = MtuOf(port),
            Mac = port.Mac ?? throw new InvalidOperationException($"{host.Name} {port.Name} has no MAC address"),
        });
    }

    private void AddNetwork(TopologyNetwork network)
    {
        var ends = topology.Hosts.SelectMany(host => host.Interfaces.Where(i => i.Network == network.Name).Select(port => (host, port))).ToList();
        if (network.Direct)
        {
            var wire = AddWire((ends[0].host.Name, ends[0].port.Name), (ends[1].host.Name, ends[1].port.Name));
            Connect(ends[0].host, ends[0].port, wire.First);
            Connect(ends[1].host, ends[1].port, wire.Second);
            return;
        }

        var bridge = new SimulatedSwitch();
        foreach (var (host, port) in ends)
        {
            var wire = AddWire((network.Name, LabPlan.BridgePort(topology, host, port)), (host.Name, port.Name));
            bridge.Plug(wire.First);
            Connect(host, port, wire.Second);
        }
    }

    private void Connect(TopologyHost host, TopologyInterface port, SimulatedPort wire)
    {
        if (host.IsGateway)
            gateways[host.Name].Connect(new SimulatedInterface(wire, port.Mac!.Value, AddressOf(port).Address), AddressOf(port).Subnet);
        else
            routers[host.Name].Attach(port.Name, MtuOf(port), wire);
    }

    private void AddPod(TopologyPod pod)
    {
        var wire = AddWire((pod.Name, "eth0"), (pod.Node, pod.Interface));
        pods.Add(pod.Name, new SimulatedPod(new SimulatedInterface(wire.First, pod.Mac!.Value, pod.Address)));
        routers[pod.Node].Attach(pod.Interface, pod.Mtu, wire.Second);
    }

    private SimulatedWire AddWire((string Place, string Interface) first, (string Place, string Interface) second)
    {
        var wire = new SimulatedWire(clock);
        all.Add(wire);
        wires.Add(first, wire);
        wires.Add(second, wire);
        return wire;
    }

    private int MtuOf(TopologyInterface port) => topology.Networks.First(n => n.Name == port.Network).Mtu;

    private static IPv4InterfaceAddress AddressOf(TopologyInterface port) =>
        IPv4InterfaceAddress.TryParse(port.Addresses[0], out var address) ? address : throw new InvalidOperationException($"{port.Addresses[0]} is not IPv4");
}
