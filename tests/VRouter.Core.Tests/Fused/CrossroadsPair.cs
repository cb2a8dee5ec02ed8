using VRouter.Core.Tables;

namespace VRouter.Core.Tests.Fused;

/// <summary>Two routers at the same crossroads, one with the fused path and one without, to which the same happens; after each step all that can be seen of them must be equal.</summary>
internal sealed class CrossroadsPair : IDisposable
{
    private readonly CrossroadsRouter fused;
    private readonly CrossroadsRouter graph;
    private readonly CrossroadsNode fusedNode = new();
    private readonly CrossroadsNode graphNode = new();
    private readonly bool strictVxlan;
    private ForwardingTables fusedTables;
    private ForwardingTables graphTables;

    public CrossroadsPair(bool strictVxlan, int frames = 2048)
    {
        this.strictVxlan = strictVxlan;
        (fused, graph) = (new CrossroadsRouter(fused: true, frames), new CrossroadsRouter(fused: false, frames));
        (fusedTables, graphTables) = (fusedNode.Build(strictVxlan), graphNode.Build(strictVxlan));
    }

    /// <summary>Forwards a vector. The frames that the fused path takes leave before the others, so the graph gets them first.</summary>
    /// <returns>Which frames the fused path took.</returns>
    public bool[] Process((byte[] Bytes, uint TraceId)[] frames, int port, long now)
    {
        var took = fused.Process(frames, port, fusedTables, now);
        foreach (var frame in frames.Where((_, i) => took[i]))
            graph.Process([frame], port, graphTables, now);
        graph.Process(frames.Where((_, i) => !took[i]), port, graphTables, now);
        AssertSame();
        return took;
    }

    /// <summary>New tables.</summary>
    public void Publish(bool moved) => (fusedTables, graphTables) = (fusedNode.Build(strictVxlan, moved), graphNode.Build(strictVxlan, moved));

    /// <summary>What is due by now.</summary>
    public void Tick(long now)
    {
        fused.Tick(fusedTables, now);
        graph.Tick(graphTables, now);
        AssertSame();
    }

    /// <summary>Ends both: no frame may stay out.</summary>
    public void Flush(long now)
    {
        fused.Flush(fusedTables, now);
        graph.Flush(graphTables, now);
        AssertSame();
        Assert.Equal(0, fused.Outstanding);
    }

    public void Dispose()
    {
        fused.Dispose();
        graph.Dispose();
    }

    private void AssertSame() => Assert.Equal(graph.TakeOutput(), fused.TakeOutput());
}
