using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: cuts a super-frame that cannot go on whole into its segments (TCP) or datagrams (UDP), each with headers and checksum of its own. They start over as
/// packets that were just received. The received frame becomes the last of them; the others are originated and go before it, in order.
/// </para>
/// <para>Needs: a super-frame, byte 0 its outermost IPv4 header; nothing of it changed since ip4-input.</para>
/// <para>Sets: clears <c>SuperFrame</c>; segments get the packet's metadata.</para>
/// <para>Next: ip4-input. Drops: NoBuffer, RxOffloadInvalid.</para>
/// </summary>
public sealed class IPv4Segment() : Stage(StageNames.IPv4Segment, StageNames.IPv4Input)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            vector.Verdicts[i] = Cut(vector[i], context);
            context.Shrink(vector, i);
        }
    }

    private static Verdict Cut(Frame frame, StageContext context)
    {
        if (!SuperFrames.TryPlan(frame, network: 0, out var plan) || plan.MaximumLength > context.Pool.FrameCapacity)
            return Verdict.Drop(DropReason.RxOffloadInvalid);
        if (context.Pool.Available < plan.Count - 1)
            return Verdict.Drop(DropReason.NoBuffer);
        for (var i = 0; i < plan.Count - 1; i++)
        {
            if (!context.TryOriginate(out var segment))
                return Verdict.Drop(DropReason.NoBuffer);
            plan.Write(i, frame.Bytes, segment.Reset(context.Pool, plan.LengthOf(i)));
            Inherit(ref segment.Metadata, frame.Metadata);
            context.Emit(segment, Verdict.To(0));
        }

        SuperFrames.KeepOne(frame, plan, plan.Count - 1);
        return Verdict.To(0);
    }

    private static void Inherit(ref FrameMetadata segment, in FrameMetadata packet)
    {
        segment.RxPort = packet.RxPort;
        segment.TunnelDepth = packet.TunnelDepth;
        segment.Flags |= packet.Flags & ~FrameFlags.SuperFrame;
        segment.TraceId = packet.TraceId;
        segment.ReceivedAt = packet.ReceivedAt;
    }
}
