using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: finds the adjacency of the longest prefix that holds the destination, for the whole vector at once; of several paths the flow hash chooses one,
/// so that a flow stays on its path. On an uplink that the host's kernel shares, leaves to the kernel what it must forward or refuse itself: packets that came
/// in plain and would only go back out of an uplink, or nowhere.
/// Needs: a valid packet. Sets: <c>Adjacency</c>, never of kind Multipath; <c>FlowHash</c> where there is a choice.
/// Next: ip4-forward, ip4-reassemble. Ends: delivered, for the host. Drops: the adjacency's own reason (NoRoute, RouteUnreachable, RouteBlackhole).
/// </summary>
public sealed class IPv4Lookup() : Stage(StageNames.IPv4Lookup, StageNames.IPv4Forward, StageNames.IPv4Reassemble)
{
    private readonly uint[] destinations = new uint[FrameVector.MaxCount];
    private readonly int[] indices = new int[FrameVector.MaxCount];

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var tables = context.Tables;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < frames.Length; i++)
            destinations[i] = IPv4Header.At(frames[i].Bytes).Destination.Value;
        tables.Fib.Lookup(destinations.AsSpan(0, frames.Length), indices);
        for (var i = 0; i < verdicts.Length; i++)
            verdicts[i] = Choose(frames[i], indices[i], tables);
    }

    private static Verdict Choose(Frame frame, int index, ForwardingTables tables)
    {
        var adjacency = AdjacencyAt(ref index, tables);
        if (adjacency.Kind == AdjacencyKind.Multipath)
        {
            var members = adjacency.Members;
            index = members.Count == 0 ? IFib.NoRoute : members[(int)(((ulong)PacketFlowHash.Of(frame, tables) * (uint)members.Count) >> 32)];
            adjacency = AdjacencyAt(ref index, tables);
        }

        frame.Metadata.Adjacency = index;
        return adjacency.Kind switch
        {
            AdjacencyKind.Local => Verdict.To(1),
            AdjacencyKind.Drop => adjacency.DropReason is DropReason.NoRoute or DropReason.RouteUnreachable && CameForHost(frame, tables)
                ? Verdict.Deliver
                : Verdict.Drop(adjacency.DropReason),
            _ => LeavesByUplink(adjacency, tables) && CameForHost(frame, tables) ? Verdict.Deliver : Verdict.To(0),
        };
    }

    private static Adjacency AdjacencyAt(ref int index, ForwardingTables tables)
    {
        var adjacencies = tables.Adjacencies;
        if ((uint)index >= (uint)adjacencies.Length)
            index = IFib.NoRoute;
        return adjacencies[index];
    }

    private static bool CameForHost(Frame frame, ForwardingTables tables)
    {
        ref var metadata = ref frame.Metadata;
        return (metadata.Flags & (FrameFlags.Decapsulated | FrameFlags.LocallyGenerated)) == 0
            && (uint)metadata.RxPort < (uint)tables.Ports.Length
            && tables.Ports[metadata.RxPort] is { HasHostStack: true };
    }

    private static bool LeavesByUplink(Adjacency adjacency, ForwardingTables tables) =>
        (uint)adjacency.Port < (uint)tables.Ports.Length && tables.Ports[adjacency.Port] is { Role: PortRole.Uplink };
}
