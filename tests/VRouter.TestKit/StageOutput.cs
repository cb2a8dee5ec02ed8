using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.TestKit;

/// <summary>A frame as a stage under test let it go.</summary>
/// <param name="Verdict">What the stage decided.</param>
/// <param name="Next">The stage that the verdict's edge leads to, or null at an end.</param>
/// <param name="Bytes">A copy of the frame's bytes.</param>
/// <param name="Metadata">A copy of its metadata.</param>
public sealed record StageOutput(Verdict Verdict, string? Next, byte[] Bytes, FrameMetadata Metadata)
{
    /// <summary>The drop's reason; <see cref="DropReason.None"/> for any other verdict.</summary>
    public DropReason Reason => Verdict.IsDrop ? Verdict.Reason : DropReason.None;

    /// <summary>The next stage, or the verdict in words.</summary>
    public string Where => Next ?? Verdict.ToString();
}
