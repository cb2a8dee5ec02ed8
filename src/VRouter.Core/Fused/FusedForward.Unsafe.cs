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
/// <para>Needs: a frame as received. Sets: <c>RxPort</c>, <c>TxPort</c> and what stands in front of the packet.</para>
/// <para>Next: a port, or ethernet-input (in <c>FrameVector.TxPorts</c>). Drops: nothing.</para>
/// </summary>
/// <remarks>Its arrays are pinned for good, so that its loops need no bounds checks and no references that the garbage collector follows: EngineBenchmarks shows it.</remarks>
internal sealed unsafe class FusedForward(NeighborTable neighbors, OuterIdentification ipip, OuterIdentification vxlan)
    : Stage(StageNames.FusedForward, StageNames.EthernetInput)
{
    /// <summary>Instead of a port: the frame is left to the graph.</summary>
    public const short ToGraph = -1;

    private readonly FusedPacket[] packets = GC.AllocateArray<FusedPacket>(FrameVector.MaxCount, pinned: true);
    private readonly uint[] destinations = GC.AllocateArray<uint>(FrameVector.MaxCount, pinned: true);
    private readonly int[] indices = GC.AllocateArray<int>(FrameVector.MaxCount, pinned: true);
    private readonly FusedOutput output = new(neighbors, ipip, vxlan);

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var count = vector.Count;
        fixed (Frame* frames = vector.Frames)
        fixed (FusedPacket* found = packets)
        fixed (uint* addresses = destinations)
        fixed (int* adjacencies = indices)
        fixed (short* ports = vector.TxPorts)
        {
            Parse(frames, count, context, found, addresses);
            context.Tables.Fib.Lookup(destinations.AsSpan(0, count), indices);
            output.Forward(new FusedBatch { Frames = frames, Packets = found, Destinations = addresses, Indices = adjacencies, TxPorts = ports, Count = count }, context);
        }
    }

    private static void Parse(Frame* frames, int count, StageContext context, FusedPacket* found, uint* addresses)
    {
        var tables = context.Tables.Fused;
        if (context.RxPort >= 0)
        {
            FusedInput.Parse(frames, 0, count, (short)context.RxPort, tables, found, addresses);
            return;
        }

        for (var i = 0; i < count;)
        {
            var (port, first) = (frames[i].Metadata.RxPort, i);
            while (i < count && frames[i].Metadata.RxPort == port)
                i++;
            FusedInput.Parse(frames, first, i, port, tables, found, addresses);
        }
    }
}
