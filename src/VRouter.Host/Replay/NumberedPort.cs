using VRouter.Core.Frames;
using VRouter.Host.Fuzz.Engine;
using VRouter.Io.Ports;

namespace VRouter.Host.Replay;

/// <summary>A port in memory whose received frames carry their number in the capture, so that a tracer can follow them.</summary>
internal sealed class NumberedPort(MemoryPort inner) : PortWrapper(inner)
{
    /// <summary>The number of the frame that is received next; 0: it is not followed.</summary>
    public uint Number { get; set; }

    /// <summary>A super-frame that is received next, until all of it was; else null.</summary>
    public SuperFrameIntake? SuperFrame { get; set; }

    /// <inheritdoc/>
    public override string Driver => "pcap";

    /// <inheritdoc/>
    public override int Receive(FramePool pool, FrameVector vector, long now)
    {
        var first = vector.Count;
        var count = base.Receive(pool, vector, now);
        foreach (var frame in vector.Frames[first..])
            frame.Metadata.TraceId = Number;
        if (SuperFrame is not { } superFrame)
            return count;
        first = vector.Count;
        if (superFrame.TryAdd(pool, vector, now, Number))
            SuperFrame = null;
        foreach (var frame in vector.Frames[first..])
        {
            Counters.ReceivedFrames++;
            Counters.ReceivedBytes += frame.Metadata.Length;
        }

        return count + vector.Count - first;
    }
}
