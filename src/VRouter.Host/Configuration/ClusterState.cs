using System.Collections.Immutable;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration;

/// <summary>
/// All resources of a cluster that were read and found valid together: immutable, in an order that does not depend on the order of files.
/// </summary>
public sealed class ClusterState
{
    private readonly ImmutableDictionary<ResourceKey, Resource> byKey;
    private readonly ILookup<string, WorkloadEndpoint> endpointsByNode;
    private readonly PrefixIndex<IPPool> pools;
    private readonly PrefixIndex<BlockAffinity> routedBlocks;

    private ClusterState(ImmutableArray<Resource> resources, ImmutableArray<ConfigurationFile> files)
    {
        (Resources, Files) = (resources, files);
        byKey = resources.ToImmutableDictionary(resource => resource.Key);
        Pools = [.. resources.OfType<IPPool>()];
        Nodes = [.. resources.OfType<Node>()];
        Blocks = [.. resources.OfType<BlockAffinity>()];
        Endpoints = [.. resources.OfType<WorkloadEndpoint>()];
        Routers = [.. resources.OfType<RouterConfiguration>()];
        endpointsByNode = Endpoints.ToLookup(endpoint => endpoint.Node);
        pools = new(Pools.Select(pool => (pool.Cidr, pool)));
        routedBlocks = new(Blocks.Where(block => block.IsRouted).Select(block => (block.Cidr, block)));
    }

    /// <summary>A state without any resource.</summary>
    public static ClusterState Empty { get; } = new([], []);

    /// <summary>Every resource, ordered by kind, namespace and name.</summary>
    public ImmutableArray<Resource> Resources { get; }

    /// <summary>The files that it was read from, as they were then; none if they were not to be kept.</summary>
    internal ImmutableArray<ConfigurationFile> Files { get; }

    /// <summary>The address pools; none overlap.</summary>
    public ImmutableArray<IPPool> Pools { get; }

    /// <summary>The nodes, ordered by name.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>All block affinities, also those that are not routed.</summary>
    public ImmutableArray<BlockAffinity> Blocks { get; }

    /// <summary>The workload endpoints of all nodes, ordered by namespace and name.</summary>
    public ImmutableArray<WorkloadEndpoint> Endpoints { get; }

    /// <summary>The router configurations, ordered by node name.</summary>
    public ImmutableArray<RouterConfiguration> Routers { get; }

    /// <summary>
    /// Indexes resources that are valid together: no key twice, no overlapping pools or routed blocks. Resources that were not read by
    /// <see cref="ConfigurationLoader"/> are the caller's to keep valid.
    /// </summary>
    /// <exception cref="ArgumentException">Two resources have one key.</exception>
    public static ClusterState Create(IEnumerable<Resource> resources) => Create(resources, []);

    internal static ClusterState Create(IEnumerable<Resource> resources, ImmutableArray<ConfigurationFile> files) => new([.. resources
        .OrderBy(resource => resource.Key.Kind, StringComparer.Ordinal)
        .ThenBy(resource => resource.Key.Namespace, StringComparer.Ordinal)
        .ThenBy(resource => resource.Key.Name, StringComparer.Ordinal)], files);

    /// <summary>The node of that name, or null.</summary>
    public Node? FindNode(string name) => Find<Node>(new ResourceKey(Node.KindName, string.Empty, name));

    /// <summary>The router configuration of the node of that name, or null.</summary>
    public RouterConfiguration? FindRouter(string nodeName) =>
        Find<RouterConfiguration>(new ResourceKey(RouterConfiguration.KindName, string.Empty, nodeName));

    /// <summary>The endpoints on a node, ordered by namespace and name.</summary>
    public IEnumerable<WorkloadEndpoint> EndpointsOf(string nodeName) => endpointsByNode[nodeName];

    /// <summary>The pool that a prefix lies in as a whole, or null.</summary>
    public IPPool? PoolOf(IPv4Prefix prefix) => pools.TryFind(prefix, out var pool) ? pool : null;

    /// <summary>The routed block that an address lies in, or null.</summary>
    public BlockAffinity? BlockOf(IPv4Address address) => routedBlocks.TryFind(address, out var block) ? block : null;

    /// <summary>The data-path settings of a node: "node.NAME" field by field before "default".</summary>
    public FelixConfiguration FelixOf(string nodeName)
    {
        var shared = FindFelix(FelixConfiguration.DefaultName) ?? new FelixConfiguration { Name = FelixConfiguration.DefaultName };
        var own = FindFelix(FelixConfiguration.NameOf(nodeName));
        return own is null ? shared : own.Or(shared);
    }

    private FelixConfiguration? FindFelix(string name) =>
        Find<FelixConfiguration>(new ResourceKey(FelixConfiguration.KindName, string.Empty, name));

    private T? Find<T>(ResourceKey key)
        where T : Resource => byKey.GetValueOrDefault(key) as T;
}
