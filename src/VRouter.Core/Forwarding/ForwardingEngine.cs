using VRouter.Core.Frames;
using VRouter.Core.Fused;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;

namespace VRouter.Core.Forwarding;

/// <summary>
/// The router of one worker: the IPv4 stages wired into a graph, with the neighbors that they learned. A pure function: given the same tables, frames and
/// times it gives the same frames, counters and traces.
/// </summary>
/// <remarks>
/// One thread calls <see cref="Process"/>, <see cref="Tick"/> and <see cref="Flush"/>. Any thread may set <see cref="Tables"/> and read the counters.
/// </remarks>
public sealed class ForwardingEngine
{
    private readonly StageGraph graph;
    private ForwardingTables tables = ForwardingTables.Empty;

    /// <summary>Wires the stages.</summary>
    /// <param name="pool">The worker's frames.</param>
    /// <param name="transmitter">Where frames leave.</param>
    /// <param name="options">Seeds and limits.</param>
    public ForwardingEngine(FramePool pool, IFrameTransmitter transmitter, EngineOptions options)
    {
        Neighbors = new NeighborTable(options.Neighbors, options.Seat);
        var share = options.Share;
        var first = share.IdentificationFrom(options.FirstIdentification);
        var ipip = new OuterIdentification(first, share.IdentificationStep);
        var vxlan = new OuterIdentification(first, share.IdentificationStep);
        var stages = CreateStages(Neighbors, options, ipip, vxlan);
        // The fused path reads words as little-endian processors do; others, which .NET hardly runs on, do without it.
        var shortcut = options.FusedPath && BitConverter.IsLittleEndian ? new FusedForward(Neighbors, ipip, vxlan) : null;
        graph = new StageGraph(pool, transmitter, stages, StageNames.IcmpError, shortcut);
        graph.Context.UniversalTimeOffset = options.UniversalTimeOffset;
    }

    /// <summary>The compiled tables that the next pass uses.</summary>
    public ForwardingTables Tables
    {
        get => Volatile.Read(ref tables);
        set
        {
            // Compiled here, so that no pass has to.
            _ = value.Fused;
            Volatile.Write(ref tables, value);
        }
    }

    /// <summary>The neighbors of all ports.</summary>
    public NeighborTable Neighbors { get; }

    /// <summary>The counters.</summary>
    public GraphCounters Counters => graph.Counters;

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Stage> Stages => graph.Stages;

    /// <summary>Follows frames whose <c>Metadata.TraceId</c> is set; null: none.</summary>
    public IGraphTracer? Tracer
    {
        get => graph.Tracer;
        set => graph.Tracer = value;
    }

    /// <summary>
    /// Told each lower path MTU that an ICMP error says of a tunnel, the outer MTU in bytes and the time, instead of the tunnel's cell, which all workers read:
    /// whoever is told lowers it when no worker is within a pass. So each pass depends on its arguments alone, also where several workers run. Null: the cell is lowered at once.
    /// </summary>
    public Action<Tunnel, int, long>? PathMtuTold
    {
        get => graph.Context.PathMtuTold;
        set => graph.Context.PathMtuTold = value;
    }

    /// <summary>Forwards what a port received. The vector is empty afterwards.</summary>
    /// <param name="rxPort">The port's index in the tables.</param>
    /// <param name="vector">Frames of the worker's pool, from byte 0 the Ethernet header.</param>
    /// <param name="now">Nanoseconds of a monotonic clock; never less than in the call before.</param>
    public void Process(int rxPort, FrameVector vector, long now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rxPort);
        // Now, and not before the frames were received: an ARP reply among them may be to a request that another worker told of before it sent it.
        TakeNotices(now);
        graph.Run(vector, Tables, now, rxPort);
    }

    /// <summary>Does what is due by time: ARP retries, the end of waiting frames.</summary>
    public void Tick(long now)
    {
        TakeNotices(now);
        graph.RunTimers(Tables, now);
    }

    /// <summary>
    /// The time from which <see cref="Tick"/> has something to do, if no frame, no notice of another worker and no tables come before: nanoseconds of the engine's clock;
    /// <see cref="long.MaxValue"/>: nothing.
    /// </summary>
    public long NextTimer => graph.NextTimer;

    /// <summary>Gives up the frames that stages hold, so that every frame is back in the pool.</summary>
    /// <param name="now">As for <see cref="Tick"/>.</param>
    public void Flush(long now) => graph.FlushStages(Tables, now);

    private void TakeNotices(long now)
    {
        if (Neighbors.HasNotices)
            Neighbors.TakeNotices(now);
    }

    // In the order in which frames mostly flow, so that a pass runs each stage once for the whole vector.
    internal static Stage[] CreateStages(
        NeighborTable neighbors, EngineOptions options, OuterIdentification ipip, OuterIdentification vxlan) =>
    [
        new EthernetInput(),
        new ArpInput(neighbors),
        new IPv4Input(),
        new IcmpErrorOutput(options.Share.Of(options.IcmpErrors)),
        new IPv4Lookup(),
        new IPv4Reassemble(options.Reassembly),
        new IPv4Local(),
        new TunnelIcmpInput(),
        new IpipDecap(),
        new VxlanDecap(),
        new IPv4Forward(),
        new IPv4Segment(),
        new IPv4Fragment(),
        new IpipEncap(ipip),
        new VxlanEncap(vxlan),
        new EthernetRewrite(neighbors),
        new NeighborResolve(neighbors, options.NeighborQueue),
    ];
}
