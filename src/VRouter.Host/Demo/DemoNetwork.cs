using VRouter.Host.Lab;

namespace VRouter.Host.Demo;

/// <summary>
/// The demo's network, from the files under labs/ that the program carries along: the topology, the cluster's resources, and the pool
/// in the mode that was asked for.
/// </summary>
internal sealed class DemoNetwork
{
    private const string TopologyFile = "demo.yaml";
    private const string PoolFile = "demo/pool.yaml";
    private static readonly string[] ResourceFiles = ["demo/cluster.yaml", PoolFile];

    private DemoNetwork(Topology topology, IReadOnlyDictionary<string, string> files)
    {
        Topology = topology;
        Files = files;
    }

    /// <summary>Namespaces, wires, pods and routers; the pods' MTU fits the mode.</summary>
    public Topology Topology { get; }

    /// <summary>The resource files: their absolute paths, as the topology's routers name them, and their texts.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>The demo's network in a mode.</summary>
    /// <param name="mode">How packets travel between nodes.</param>
    /// <param name="folder">Where the resource files will be; nothing is written here.</param>
    public static DemoNetwork In(DemoMode mode, string folder)
    {
        var files = ResourceFiles.ToDictionary(name => Path.GetFullPath(name, folder), name => name == PoolFile ? Pool(mode) : Carried(name));
        var topology = TopologyReader.Parse(Carried(TopologyFile), Path.Combine(folder, TopologyFile), files.ContainsKey);
        return new DemoNetwork(topology with { Pods = [.. topology.Pods.Select(pod => pod with { Mtu = mode.PodMtu })] }, files);
    }

    private static string Pool(DemoMode mode) => Carried(PoolFile)
        .Replace("ipipMode: Always", $"ipipMode: {mode.Ipip}", StringComparison.Ordinal)
        .Replace("vxlanMode: Never", $"vxlanMode: {mode.Vxlan}", StringComparison.Ordinal);

    private static string Carried(string name)
    {
        using var stream = typeof(DemoNetwork).Assembly.GetManifestResourceStream($"labs/{name}")
            ?? throw new InvalidOperationException($"the program does not carry labs/{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
