using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Host.Routing;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Compiled tables of the networks that a router goes through, the last ones in use: compiling costs more than running a case.</summary>
internal sealed class TableCache : IFrameTransmitter, IDisposable
{
    // A trie takes half a MiB.
    private const int Most = 128;

    private readonly Dictionary<FuzzNetwork, int> numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ForwardingTables[]> known = [];
    private readonly FramePool pool = new(1, 64);
    private readonly ForwardingEngine first;

    /// <summary>An empty cache.</summary>
    public TableCache() => first = new ForwardingEngine(pool, this, new EngineOptions { Neighbors = new NeighborOptions { Capacity = 16 } });

    /// <summary>The tables of each network, one after the other of one compiler, as new: nothing is known of any tunnel's path.</summary>
    public ForwardingTables[] Of(IReadOnlyList<FuzzNetwork> networks)
    {
        var key = string.Join(',', networks.Select(NumberOf));
        if (known.TryGetValue(key, out var tables))
        {
            Forget(tables);
            return tables;
        }

        if (known.Count == Most)
        {
            known.Clear();
            numbers.Clear();
            key = string.Join(',', networks.Select(NumberOf));
        }

        var compiler = new TableCompiler();
        List<AttachedPort> ports = [.. networks[0].Ports.Select((port, index) => new AttachedPort(index, port.Name, port.Mtu))];
        tables = [.. networks.Select(network => compiler.Compile(network.View, network.Routes, network.Attached ?? ports))];
        // What the fused path reads is compiled when the first engine takes the tables; done now, a run does the same whether its network is new or known.
        foreach (var table in tables)
            first.Tables = table;
        known.Add(key, tables);
        return tables;
    }

    /// <inheritdoc/>
    public void Dispose() => pool.Dispose();

    void IFrameTransmitter.Transmit(int port, FrameVector frames) => throw new InvalidOperationException("This engine is given no frames.");

    private static void Forget(ForwardingTables[] tables)
    {
        foreach (var adjacency in tables.SelectMany(table => table.Adjacencies))
            adjacency.Tunnel?.PathMtu.Forget();
    }

    private int NumberOf(FuzzNetwork network)
    {
        if (!numbers.TryGetValue(network, out var number))
            numbers.Add(network, number = numbers.Count);
        return number;
    }
}
