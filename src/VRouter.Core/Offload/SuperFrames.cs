using VRouter.Core.Frames;

namespace VRouter.Core.Offload;

/// <summary>What can be asked of, and done to, a frame with <see cref="FrameFlags.SuperFrame"/>, wherever headers were put in front of it or taken off.</summary>
public static class SuperFrames
{
    /// <summary>True for a super-frame.</summary>
    public static bool Is(Frame frame) => (frame.Metadata.Flags & FrameFlags.SuperFrame) != 0;

    /// <summary>Notes that a frame is a super-frame.</summary>
    /// <param name="frame">The frame from where the plan's bytes begin.</param>
    /// <param name="plan">How it is to be cut; its <see cref="SegmentationPlan.TotalLength"/> is the frame's length.</param>
    /// <param name="kind">Into what: segments or datagrams.</param>
    /// <param name="segmentSize">Bytes of payload per segment, at most 65,535.</param>
    public static void Mark(Frame frame, in SegmentationPlan plan, SegmentationKind kind, int segmentSize)
    {
        ref var metadata = ref frame.Metadata;
        metadata.Flags |= FrameFlags.SuperFrame;
        metadata.Segmentation = kind;
        metadata.SegmentSize = (ushort)segmentSize;
        metadata.TransportStart = (ushort)(metadata.Offset + plan.Transport);
        metadata.PayloadStart = (ushort)(metadata.Offset + plan.HeaderLength);
    }

    /// <summary>Notes the same on a frame that holds a copy of another one's bytes.</summary>
    public static void CopyMark(Frame superFrame, Frame copy)
    {
        ref readonly var from = ref superFrame.Metadata;
        ref var to = ref copy.Metadata;
        to.Flags |= FrameFlags.SuperFrame;
        to.Segmentation = from.Segmentation;
        to.SegmentSize = from.SegmentSize;
        to.TransportStart = (ushort)(from.TransportStart - from.Offset + to.Offset);
        to.PayloadStart = (ushort)(from.PayloadStart - from.Offset + to.Offset);
    }

    /// <summary>Notes that what was a super-frame is none any more.</summary>
    public static void Unmark(Frame frame)
    {
        ref var metadata = ref frame.Metadata;
        metadata.Flags &= ~FrameFlags.SuperFrame;
        metadata.Segmentation = SegmentationKind.None;
        metadata.SegmentSize = metadata.TransportStart = metadata.PayloadStart = 0;
    }

    /// <summary>Bytes of the longest of the frames that this one will become, from what is now its byte 0.</summary>
    public static int LongestOf(Frame frame)
    {
        ref readonly var metadata = ref frame.Metadata;
        return Math.Min(metadata.Length, metadata.PayloadStart - metadata.Offset + metadata.SegmentSize);
    }

    /// <summary>True if the transport header of what is cut belongs to the outermost packet: no tunnel is around it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="network">Where its IPv4 header is: 0 within the stages, 14 behind an Ethernet header.</param>
    public static bool IsOutermost(Frame frame, int network)
    {
        ref readonly var metadata = ref frame.Metadata;
        var bytes = frame.Bytes;
        return bytes.Length > network && metadata.TransportStart == metadata.Offset + network + ((bytes[network] & 0xf) * 4);
    }

    /// <summary>How to cut the frame as it is now, with the headers that were put in front of it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="network">Where its outermost IPv4 header is.</param>
    /// <param name="plan">The plan for the frame's bytes.</param>
    /// <returns>False if its headers were changed so that they do not fit any more.</returns>
    public static bool TryPlan(Frame frame, int network, out SegmentationPlan plan)
    {
        ref readonly var metadata = ref frame.Metadata;
        var request = new SegmentationRequest(metadata.Segmentation, metadata.SegmentSize, network, metadata.TransportStart - metadata.Offset);
        return SegmentationPlan.TryCreate(frame.Bytes, request, out plan);
    }

    /// <summary>Turns a super-frame into one of its segments, in place; the others are lost.</summary>
    /// <param name="frame">The frame that <paramref name="plan"/> was made of.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="index">The segment.</param>
    public static void KeepOne(Frame frame, in SegmentationPlan plan, int index)
    {
        var start = plan.WriteInPlace(index, frame.Bytes);
        frame.TrimFront(start);
        frame.Truncate(plan.LengthOf(index));
        Unmark(frame);
    }
}
