using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;

namespace VRouter.Core.Fused;

/// <summary>
/// <para>
/// Does: the whole way of a frame that is plainly forwardable, from ethernet-input to ethernet-rewrite, with every check on the way: in one loop before the
/// lookup and one after it, so that a header is read while it is in the first cache. The graph is the specification: whatever is not plain (options, a drop,
/// an ICMP error, a fragment to make, an unknown neighbor, a trace, delivery to the router or the host) is left to it, untouched.
/// </para>
/// <para>
/// The frames that it takes overtake those of other flows in the vector that it leaves, never those of their own: the result is as if the graph had got the
/// taken frames first, one by one, then the others. <c>FusedForwardTests</c> holds it to that, byte for byte and counter for counter.
/// </para>
/// <para>Needs: a frame as received, <c>RxPort</c>. Sets: <c>TxPort</c> and what stands in front of the packet.</para>
/// <para>Next: ethernet-input; transmits. Drops: nothing.</para>
/// </summary>
internal sealed class FusedForward(NeighborTable neighbors, OuterIdentification ipip, OuterIdentification vxlan)
    : Stage(StageNames.FusedForward, StageNames.EthernetInput)
{
    /// <summary>The verdict about a frame that is left to the graph.</summary>
    public static readonly Verdict ToGraph = Verdict.To(0);

    private readonly FusedPacket[] packets = new FusedPacket[FrameVector.MaxCount];
    private readonly uint[] destinations = new uint[FrameVector.MaxCount];
    private readonly int[] indices = new int[FrameVector.MaxCount];
    private readonly FusedOutput output = new(neighbors, ipip, vxlan);

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var frames = vector.Frames;
        FusedInput.Parse(frames, context.Tables.Fused, packets, destinations);
        context.Tables.Fib.Lookup(destinations.AsSpan(0, frames.Length), indices);
        output.Forward(frames, packets, destinations, indices, vector.Verdicts, context);
    }
}
