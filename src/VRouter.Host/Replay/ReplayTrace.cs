using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Host.Recording;

namespace VRouter.Host.Replay;

/// <summary>Follows frames of a recording.</summary>
/// <param name="tell">Told each step, in order.</param>
internal sealed class ReplayTrace(Action<TraceStep> tell) : IGraphTracer
{
    private ReplayTracer? tracer;

    /// <summary>True: those frames are followed that were followed when the recording was made, by their numbers then.</summary>
    public bool IsAsRecorded { get; init; }

    /// <summary>The first frame that is followed, by its number in the file.</summary>
    public uint First { get; init; } = 1;

    /// <summary>The last one.</summary>
    public uint Last { get; init; } = uint.MaxValue;

    /// <summary>The ports of the worker that runs.</summary>
    public ReplayPorts Ports
    {
        set => tracer = new ReplayTracer(value, tell);
    }

    /// <summary>By which number a frame is followed; 0: it is not.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="recorded">Its number then.</param>
    public uint NumberOf(RecordedFrame frame, uint recorded) =>
        IsAsRecorded ? recorded : frame.Number >= First && frame.Number <= Last ? frame.Number : 0;

    /// <inheritdoc/>
    public void Record(long now, string stage, Verdict verdict, string? next, Frame frame) => tracer!.Record(now, stage, verdict, next, frame);
}
