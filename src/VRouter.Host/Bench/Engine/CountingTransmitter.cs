using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.Host.Bench.Engine;

/// <summary>Takes every frame and counts it.</summary>
internal sealed class CountingTransmitter : IFrameTransmitter
{
    /// <summary>Frames taken.</summary>
    public long Frames { get; private set; }

    /// <inheritdoc/>
    public void Transmit(int port, FrameVector vector)
    {
        Frames += vector.Count;
        vector.Verdicts.Fill(Verdict.Transmit);
    }
}
