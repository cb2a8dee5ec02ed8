using System.Diagnostics;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Bench.Engine;

/// <summary>
/// An engine in a <see cref="ScenarioNetwork"/> whose peers' MAC addresses ARP has resolved, and the frames of one <see cref="EngineWorkload"/>, which it forwards
/// again and again. Frames that go out spread over all prefixes or destinations, frames that come in over all peers.
/// </summary>
internal sealed class EngineScenario : IDisposable
{
    /// <summary>Frames that exist at a time, at most; small vectors wait side by side, so that every vector size finds the same frames.</summary>
    public const int MostFrames = FrameVector.MaxCount;

    private const int PoolSize = 2048;

    private readonly FramePool pool;
    private readonly ForwardingEngine engine;
    private readonly FrameVector vector = new();
    private readonly Frame[] made = new Frame[MostFrames];
    private readonly byte[] templates;
    private readonly int templateSize;
    private readonly int rxPort;
    private int nextTemplate;
    private long now = 1;

    /// <summary>Builds the tables, resolves the neighbors and prepares the frames.</summary>
    /// <exception cref="BenchException">The routes lead to no address that can be forwarded to.</exception>
    public EngineScenario(EngineWorkload workload)
    {
        Workload = workload;
        var linkMtu = ScenarioNetwork.LinkMtu(workload.FrameSize - ScenarioFrames.FcsSize - EthernetHeader.Size);
        pool = new FramePool(PoolSize, Math.Max(1856, linkMtu + EthernetHeader.Size));
        var neighbors = new NeighborOptions();
        engine = new ForwardingEngine(pool, Transmitter, new EngineOptions { Neighbors = neighbors with { Capacity = Math.Max(neighbors.Capacity, 2 * workload.Peers) } });
        engine.Tables = ScenarioNetwork.WithBlocks(workload.Path, workload.Peers, workload.Peers, linkMtu);
        ResolveNeighbors();
        engine.Tables = workload.Path == ForwardingPath.PlainFullTable
            ? ScenarioNetwork.Tables(workload.Path, workload.Routes, workload.Peers, linkMtu)
            : ScenarioNetwork.WithBlocks(workload.Path, workload.Prefixes, workload.Peers, linkMtu);
        rxPort = workload.Path is ForwardingPath.IpipDecap or ForwardingPath.VxlanDecap ? ScenarioNetwork.UplinkPort : ScenarioNetwork.WorkloadPort;
        (templates, templateSize) = Join(Frames());
    }

    /// <summary>What is forwarded.</summary>
    public EngineWorkload Workload { get; }

    /// <summary>Where the frames end.</summary>
    public CountingTransmitter Transmitter { get; } = new();

    /// <summary>The engine's counters.</summary>
    public GraphCounters Counters => engine.Counters;

    /// <summary>Frames of one <see cref="Forward"/>: as many whole vectors as there is room for.</summary>
    public int FramesAtOnce => MostFrames / Workload.VectorSize * Workload.VectorSize;

    /// <summary>Makes <see cref="FramesAtOnce"/> frames and forwards them, vector by vector.</summary>
    /// <returns>The time within the engine, in ticks of <see cref="Stopwatch"/>: freeing the frames is part of it, making them is not.</returns>
    public long Forward()
    {
        var count = FramesAtOnce;
        Generate(count);
        var start = Stopwatch.GetTimestamp();
        for (var from = 0; from < count; from += Workload.VectorSize)
        {
            vector.AddRange(made.AsSpan(from, Workload.VectorSize));
            engine.Process(rxPort, vector, now);
        }

        return Stopwatch.GetTimestamp() - start;
    }

    /// <summary>Makes as many frames and frees them: what <see cref="Forward"/> costs beside the engine.</summary>
    public void GenerateOnly()
    {
        var count = FramesAtOnce;
        Generate(count);
        pool.Return(made.AsSpan(0, count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        engine.Flush(now);
        pool.Dispose();
    }

    private static (byte[] Bytes, int Size) Join(List<byte[]> frames)
    {
        var size = frames[0].Length;
        var bytes = new byte[(long)size * frames.Count];
        var offset = 0;
        foreach (var frame in frames)
        {
            frame.CopyTo(bytes, offset);
            offset += size;
        }

        return (bytes, size);
    }

    private List<byte[]> Frames() => Workload.Path switch
    {
        ForwardingPath.IpipDecap or ForwardingPath.VxlanDecap => [.. Enumerable.Range(0, Workload.Prefixes)
            .Select(index => ScenarioFrames.FromTunnel(Workload.Path, Host(index), index % Workload.Peers, index, Workload.FrameSize))],
        ForwardingPath.PlainFullTable => [.. Destinations().Select((destination, index) => ScenarioFrames.FromPod(destination, index, Workload.FrameSize))],
        _ => [.. Enumerable.Range(0, Workload.Prefixes).Select(index => ScenarioFrames.FromPod(Host(index), index, Workload.FrameSize))],
    };

    private IEnumerable<IPv4Address> Destinations()
    {
        var space = new CoveredSpace(Workload.Routes.Select(route => route.Key), ScenarioNetwork.NotForwarded);
        if (space.Count == 0)
            throw new BenchException("the routes cover no address that a router may forward to");
        var random = new Random(1);
        return Enumerable.Range(0, Workload.Destinations).Select(_ => new IPv4Address(space.Draw(random)));
    }

    private static IPv4Address Host(int block) => new(ScenarioNetwork.Block(block).Network.Value + 5);

    private void ResolveNeighbors()
    {
        for (var peer = 0; peer < Workload.Peers; peer++)
        {
            Send(ScenarioNetwork.WorkloadPort, ScenarioFrames.FromPod(Host(peer), peer, EngineWorkload.LeastFrameSize));
            Send(ScenarioNetwork.UplinkPort, ScenarioFrames.ArpReply(peer));
            // Lets the frame go that waited: few may wait at a time.
            engine.Tick(++now);
        }
    }

    private void Send(int port, byte[] bytes)
    {
        vector.Add(Rent(bytes));
        engine.Process(port, vector, now);
    }

    private void Generate(int count)
    {
        for (var i = 0; i < count; i++)
        {
            made[i] = Rent(templates.AsSpan(nextTemplate, templateSize));
            nextTemplate += templateSize;
            if (nextTemplate == templates.Length)
                nextTemplate = 0;
        }
    }

    private Frame Rent(ReadOnlySpan<byte> bytes)
    {
        if (!pool.TryRent(out var frame))
            throw new InvalidOperationException("The benchmark's pool is too small.");
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        return frame;
    }
}
