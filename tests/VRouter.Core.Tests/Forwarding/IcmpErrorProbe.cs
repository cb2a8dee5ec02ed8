using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>Stands where ICMP errors are made, and notes what it is given to make them from.</summary>
internal sealed class IcmpErrorProbe() : Stage(StageNames.IcmpError)
{
    public List<(byte[] Bytes, FrameMetadata Metadata)> Seen { get; } = [];

    public override void Process(FrameVector vector, StageContext context)
    {
        foreach (var frame in vector.Frames)
            Seen.Add((frame.Bytes.ToArray(), frame.Metadata));
        vector.Verdicts.Fill(Verdict.Drop(DropReason.IcmpRateLimited));
    }
}
