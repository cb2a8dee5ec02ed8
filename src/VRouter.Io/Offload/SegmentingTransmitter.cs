using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Io.Offload;

/// <summary>
/// Hands a worker's frames to its ports: super-frames that a port does not take whole are cut in software, in frames of the worker's pool, at their place
/// in the order. All that the port learns of are frames as they are on the wire.
/// </summary>
/// <param name="pool">The worker's pool.</param>
public sealed class SegmentingTransmitter(FramePool pool)
{
    private readonly FrameVector batch = new();

    // For each frame of the batch: the frame of the worker's vector that it is, or that it was cut from.
    private readonly int[] origins = new int[FrameVector.MaxCount];

    /// <summary>
    /// Sends the vector's frames and writes their verdicts, as <see cref="IFrameTransmitter.Transmit"/> says. A super-frame was dropped if one of its segments was;
    /// the port's counters tell how many.
    /// </summary>
    public void Transmit(IPort port, FrameVector vector)
    {
        if (!HasFramesToCut(port, vector))
        {
            port.Transmit(vector);
            return;
        }

        var verdicts = vector.Verdicts;
        verdicts.Fill(Verdict.Transmit);
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (SuperFrames.Is(vector[i]) && !port.TakesSuperFrame(vector[i]))
                Cut(port, vector, i);
            else
                Add(port, vector, vector[i], i);
        }

        Send(port, vector);
    }

    private static bool HasFramesToCut(IPort port, FrameVector vector)
    {
        foreach (var frame in vector.Frames)
        {
            if (SuperFrames.Is(frame) && !port.TakesSuperFrame(frame))
                return true;
        }

        return false;
    }

    private void Cut(IPort port, FrameVector vector, int index)
    {
        var superFrame = vector[index];
        if (!SuperFrames.TryPlan(superFrame, EthernetHeader.Size, out var plan) || plan.MaximumLength > pool.FrameCapacity)
        {
            vector.Verdicts[index] = PortTransmission.Count(port.Counters, superFrame.Metadata.Length, DropReason.RxOffloadInvalid);
            return;
        }

        for (var segment = 0; segment < plan.Count; segment++)
        {
            if (!pool.TryRent(out var frame))
            {
                port.Counters.CountTransmitDrop(DropReason.NoBuffer, plan.Count - segment);
                vector.Verdicts[index] = Verdict.Drop(DropReason.NoBuffer);
                return;
            }

            plan.Write(segment, superFrame.Bytes, frame.Reset(pool, plan.LengthOf(segment)));
            frame.Metadata.TxPort = superFrame.Metadata.TxPort;
            Add(port, vector, frame, index);
        }
    }

    private void Add(IPort port, FrameVector vector, Frame frame, int origin)
    {
        if (batch.Room == 0)
            Send(port, vector);
        origins[batch.Count] = origin;
        batch.Add(frame);
    }

    private void Send(IPort port, FrameVector vector)
    {
        if (batch.Count == 0)
            return;
        port.Transmit(batch);
        var verdicts = batch.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var origin = origins[i];
            if (batch[i] == vector[origin])
            {
                vector.Verdicts[origin] = verdicts[i];
                continue;
            }

            // A segment is nobody's but ours.
            if (verdicts[i] != Verdict.Hold)
                pool.Return(batch[i]);
            if (verdicts[i].IsDrop)
                vector.Verdicts[origin] = verdicts[i];
        }

        batch.Clear();
    }
}
