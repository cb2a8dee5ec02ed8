using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: finds the adjacency of the longest prefix that holds the destination, for the whole vector at once; of several paths the flow hash chooses one,
/// so that a flow stays on its path. On an uplink that the host's kernel shares, leaves to the kernel what it must forward or refuse itself: packets that came
/// in plain and would only go back out of an uplink, or nowhere. Where it is the router that has to do with a packet with options, reads them: refuses those whose
/// lengths or pointers cannot be (RFC 791 §3.1, RFC 1812 §4.3.3.5), and drops source-routed packets (RFC 7126 §4.3, §4.4). It changes none: ip4-forward writes what a router has to
/// write, when no error is to quote the packet as it came. That this is no stage of its own keeps packets of a flow in order of which only some have options.
/// Needs: a valid packet. Sets: <c>Adjacency</c>, never of kind Multipath; <c>FlowHash</c> where there is a choice; <c>IcmpPointer</c> for a Parameter Problem.
/// Next: ip4-forward, ip4-reassemble. Ends: delivered, for the host. Drops: the adjacency's own reason (NoRoute, RouteUnreachable, RouteBlackhole);
/// IPv4OptionMalformed, IPv4OptionOverflow, IPv4SourceRoute.
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
        var verdict = adjacency.Kind switch
        {
            AdjacencyKind.Local => Verdict.To(1),
            AdjacencyKind.Drop => adjacency.DropReason is DropReason.NoRoute or DropReason.RouteUnreachable && CameForHost(frame, tables)
                ? Verdict.Deliver
                : Verdict.Drop(adjacency.DropReason),
            _ => LeavesByUplink(adjacency, tables) && CameForHost(frame, tables) ? Verdict.Deliver : Verdict.To(0),
        };
        return HasOptions(frame) ? ReadOptions(frame, adjacency.Kind, verdict, tables) : verdict;
    }

    // What the router itself sends has the options that it wrote.
    private static bool HasOptions(Frame frame) =>
        IPv4Header.At(frame.Bytes).HeaderLength > IPv4Header.MinimumSize && (frame.Metadata.Flags & FrameFlags.LocallyGenerated) == 0;

    // An error in the options is told rather than one about the route; what is the host's its kernel judges.
    private static Verdict ReadOptions(Frame frame, AdjacencyKind kind, Verdict verdict, ForwardingTables tables)
    {
        if (verdict == Verdict.Deliver)
            return verdict;
        var header = IPv4Header.At(frame.Bytes);
        if (kind == AdjacencyKind.Local && IPv4Local.IsForHost(frame, header, tables))
            return verdict;
        var reason = OptionCheck.Check(header.Options, out var problem);
        if (reason == DropReason.None)
            return verdict;
        frame.Metadata.IcmpPointer = problem;
        return Verdict.Drop(reason);
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
