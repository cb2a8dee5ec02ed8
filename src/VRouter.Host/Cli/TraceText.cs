using VRouter.Host.Replay;

namespace VRouter.Host.Cli;

/// <summary>A trace as people read it.</summary>
internal static class TraceText
{
    /// <summary>What writes each step, under a heading for each frame.</summary>
    public static Action<TraceStep> To(TextWriter output)
    {
        var frame = 0L;
        return step =>
        {
            if (step.Frame != frame)
                output.WriteLine($"frame {frame = step.Frame}");
            output.WriteLine($"  {step.Stage,-18} {step.Verdict,-26} {step.Packet}".TrimEnd());
        };
    }
}
