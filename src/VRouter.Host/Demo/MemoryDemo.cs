using VRouter.Host.Configuration;
using VRouter.Host.Demo.Simulation;
using VRouter.Host.Lab;
using VRouter.Host.Recording;

namespace VRouter.Host.Demo;

/// <summary>The demo in this process alone: the configuration, routes, tables and engine of the routers, on wires in memory.</summary>
internal sealed class MemoryDemo
{
    private const string Folder = "/demo";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ClusterState cluster;

    /// <summary>Reads the configuration of a mode.</summary>
    public MemoryDemo(DemoMode mode)
    {
        var network = DemoNetwork.In(mode, Folder);
        Topology = network.Topology;
        var routers = Topology.Routers.Select(router => (router.Node + ".yaml", RouterProcess.ConfigurationOf(router, Folder)!));
        var files = network.Files.Select(file => (file.Key, file.Value)).Concat(routers);
        var (state, findings) = ConfigurationLoader.Load([.. files.Select(file => ConfigurationFile.FromText(file.Item1, file.Item2))], new DiagnosticBag(), keepsFiles: true);
        cluster = state ?? throw new InvalidOperationException(string.Join('\n', findings));
    }

    /// <summary>The resources of all nodes.</summary>
    public ClusterState Cluster => cluster;

    /// <summary>What is simulated.</summary>
    public Topology Topology { get; }

    /// <summary>Lets each pod ping each other, one after the other.</summary>
    /// <param name="options">How the routers run.</param>
    /// <exception cref="LabException">A recording cannot be made.</exception>
    public DemoObservation Observe(SimulationOptions? options = null)
    {
        using var network = Build(options);
        var pairs = Topology.Pods.SelectMany(from => Topology.Pods.Where(to => to != from).Select(to => (from, to)));
        var observation = new DemoObservation
        {
            Pings = [.. pairs.Select((pair, index) => Ping(network, pair.from, pair.to, (uint)index << 16))],
            Frames = DemoWire.All.ToDictionary(wire => wire, wire => network.WireOf(wire.Place, wire.Interface).Frames),
        };
        return network.RecordingFailures() is [var failure, ..] ? throw new LabException(failure) : observation;
    }

    /// <summary>The network, in which nothing has happened yet.</summary>
    /// <param name="options">How the routers run.</param>
    /// <exception cref="LabException">A recording cannot be made.</exception>
    public SimulatedNetwork Build(SimulationOptions? options = null)
    {
        try
        {
            return new SimulatedNetwork(Topology, cluster, options);
        }
        catch (RecordingException e)
        {
            throw new LabException(e.Message, e);
        }
    }

    private static PingResult Ping(SimulatedNetwork network, TopologyPod from, TopologyPod to, uint query)
    {
        var pod = network.Pod(from.Name);
        pod.Ping(to.Address, query);
        var reached = network.RunUntil(() => pod.AnswerTtl(to.Address, query) is not null, Patience);
        return new PingResult(from.Name, to.Name, reached, reached ? pod.AnswerTtl(to.Address, query)!.Value : 0, null);
    }
}
