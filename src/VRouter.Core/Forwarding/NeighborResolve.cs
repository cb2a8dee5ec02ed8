using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: holds packets whose next hop's MAC address is not known, asks for it by ARP, and lets them go in order once it is; the latest ones, if too many
/// come (RFC 1122 §2.3.2.2). Sends also the requests that confirm addresses in use.
/// </para>
/// <para>Needs: <c>TxPort</c>, <c>NextHop</c>: all that it knows a packet by later, since routes may change while it waits.</para>
/// <para>Sets: <c>Adjacency</c> to -1: no longer of interest.</para>
/// <para>Next: ethernet-rewrite; holds; originates ARP requests. Drops: PortUnavailable, NeighborUnresolved, NeighborQueueFull, NeighborTableFull,
/// and PortDown at the end of the engine.</para>
/// </summary>
public sealed class NeighborResolve : Stage
{
    private const int ToEthernetRewrite = 0;
    private readonly NeighborTable neighbors;
    private readonly NeighborQueueOptions options;
    private readonly HeldFrames held;
    private PortEntry?[] knownPorts = [];
    private long call;

    /// <summary>Serves the worker that owns the table.</summary>
    public NeighborResolve(NeighborTable neighbors, NeighborQueueOptions? options = null)
        : base(StageNames.NeighborResolve, StageNames.EthernetRewrite)
    {
        this.neighbors = neighbors;
        this.options = options ?? new NeighborQueueOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.PerNeighbor, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.Total, nameof(options));
        held = new HeldFrames(neighbors.Capacity, this.options.Total);
    }

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        call++;
        for (var i = 0; i < vector.Count; i++)
            vector.Verdicts[i] = Resolve(vector, i, context);
    }

    /// <inheritdoc/>
    public override void OnTimer(StageContext context)
    {
        if (!ReferenceEquals(knownPorts, context.Tables.Ports))
            ForgetGonePorts(context);
        while (neighbors.TryTakeDue(context.Now, out var due))
        {
            switch (due.Action)
            {
                case NeighborAction.Solicit:
                    Solicit(due.Port, due.Address, due.Mac, context);
                    break;
                case NeighborAction.Resolved:
                    ReleaseAll(due.Entry, Verdict.To(ToEthernetRewrite), context);
                    break;
                case NeighborAction.Unreachable:
                    ReleaseAll(due.Entry, Verdict.Drop(DropReason.NeighborUnresolved), context);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override long NextTimer => neighbors.NextDue;

    /// <inheritdoc/>
    public override void Flush(StageContext context)
    {
        for (var entry = 0; entry < neighbors.Capacity; entry++)
        {
            if (held.CountOf(entry) == 0)
                continue;
            ReleaseAll(entry, Verdict.Drop(DropReason.PortDown), context);
            neighbors.SetWaiting(entry, false);
        }
    }

    private Verdict Resolve(FrameVector vector, int index, StageContext context)
    {
        var frame = vector[index];
        ref var metadata = ref frame.Metadata;
        var ports = context.Tables.Ports;
        if ((uint)metadata.TxPort >= (uint)ports.Length || ports[metadata.TxPort] is null)
            return Verdict.Drop(DropReason.PortUnavailable);

        // While no more frames can wait, nobody new is asked for either: else a scan of a subnet would become an ARP storm.
        var nextHop = new IPv4Address(metadata.NextHop);
        if (held.IsFull && neighbors.Read(metadata.TxPort, nextHop, out _) is NeighborState.None or NeighborState.Failed)
            return Verdict.Drop(DropReason.NeighborQueueFull);
        switch (neighbors.Request(metadata.TxPort, nextHop, context.Now, out var entry))
        {
            case NeighborRequest.Usable:
                ReleaseAll(entry, Verdict.To(ToEthernetRewrite), context);
                neighbors.SetWaiting(entry, false);
                return Verdict.To(ToEthernetRewrite);
            case NeighborRequest.Unreachable:
                return Verdict.Drop(DropReason.NeighborUnresolved);
            case NeighborRequest.Full:
                return Verdict.Drop(DropReason.NeighborTableFull);
            case NeighborRequest.SolicitAndWait:
                Solicit(metadata.TxPort, nextHop, MacAddress.Broadcast, context);
                break;
        }

        return Hold(vector, index, entry, context);
    }

    private Verdict Hold(FrameVector vector, int index, int entry, StageContext context)
    {
        if (held.IsFull || held.CountOf(entry) >= options.PerNeighbor)
        {
            if (!held.TryTake(entry, out var oldest, out var mark))
                return Verdict.Drop(DropReason.NeighborQueueFull);
            // A frame of this very call is not held yet in the graph's books: its verdict is still open.
            if (mark.Call == call)
                vector.Verdicts[mark.Index] = Verdict.Drop(DropReason.NeighborQueueFull);
            else
                context.Release(oldest, Verdict.Drop(DropReason.NeighborQueueFull));
        }

        vector[index].Metadata.Adjacency = -1;
        held.Add(entry, vector[index], new HeldMark(call, index));
        neighbors.SetWaiting(entry, true);
        return Verdict.Hold;
    }

    private void ReleaseAll(int entry, Verdict verdict, StageContext context)
    {
        while (held.TryTake(entry, out var frame, out _))
            context.Release(frame, verdict);
    }

    // RFC 826: who has the address? To everyone, or to the MAC address that is being confirmed (RFC 1122 §2.3.2.1).
    private static void Solicit(int port, IPv4Address address, MacAddress destination, StageContext context)
    {
        var ports = context.Tables.Ports;
        if ((uint)port >= (uint)ports.Length || ports[port] is not { } entry || !context.TryOriginate(out var frame))
            return;
        var bytes = frame.Reset(context.Pool, EthernetHeader.Size + ArpHeader.Size);
        var header = EthernetHeader.Write(bytes, destination, entry.Mac, EtherType.Arp);
        ArpHeader.Write(header.Payload, ArpOperation.Request, entry.Mac, entry.Address, MacAddress.Zero, address);
        frame.Metadata.TxPort = (short)port;
        context.Emit(frame, Verdict.Transmit);
    }

    // What stood for a port that is gone must not be taken for another one that gets its index.
    private void ForgetGonePorts(StageContext context)
    {
        var ports = context.Tables.Ports;
        for (var entry = 0; entry < neighbors.Capacity; entry++)
        {
            var port = neighbors.PortOfEntry(entry);
            if (port < 0 || IsSame(port < knownPorts.Length ? knownPorts[port] : null, port < ports.Length ? ports[port] : null))
                continue;
            ReleaseAll(entry, Verdict.Drop(DropReason.PortUnavailable), context);
            neighbors.Remove(entry);
        }

        knownPorts = ports;

        static bool IsSame(PortEntry? known, PortEntry? now) => now is not null && (known is null || known.Name == now.Name);
    }
}
