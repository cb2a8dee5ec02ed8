using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>Is told each verdict about frames whose <c>Metadata.TraceId</c> is set.</summary>
public interface IGraphTracer
{
    /// <summary>A stage decided. The frame may be read within the call only.</summary>
    /// <param name="now">Time of the pass, nanoseconds.</param>
    /// <param name="stage">Name of the stage that decided.</param>
    /// <param name="verdict">What it decided.</param>
    /// <param name="next">Name of the stage that comes next, or null at an end.</param>
    /// <param name="frame">The frame after the stage.</param>
    void Record(long now, string stage, Verdict verdict, string? next, Frame frame);
}
