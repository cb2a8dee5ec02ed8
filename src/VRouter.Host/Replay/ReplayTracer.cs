using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.Host.Replay;

/// <summary>Turns what the graph says of the capture's frames into steps.</summary>
/// <param name="ports">The ports' names by index.</param>
/// <param name="tell">Told each step, in order.</param>
internal sealed class ReplayTracer(IReadOnlyList<string> ports, Action<TraceStep> tell) : IGraphTracer
{
    /// <inheritdoc/>
    public void Record(long now, string stage, Verdict verdict, string? next, Frame frame) =>
        tell(new TraceStep(frame.Metadata.TraceId, stage, Describe(verdict, next, frame), Summarize(stage, verdict, next, frame)));

    private string Describe(Verdict verdict, string? next, Frame frame) => next is not null ? $"to {next}"
        : verdict == Verdict.Transmit ? $"transmit {ports[frame.Metadata.TxPort]}"
        : verdict.ToString();

    // Only ethernet-input sees the Ethernet header of what it drops, and only what is sent has one again.
    private static string Summarize(string stage, Verdict verdict, string? next, Frame frame) =>
        verdict == Verdict.Transmit || (stage == StageNames.EthernetInput && next is null) ? PacketSummary.OfFrame(frame.Bytes)
        : stage == StageNames.ArpInput || next == StageNames.ArpInput ? PacketSummary.OfArp(frame.Bytes)
        : PacketSummary.OfPacket(frame.Bytes);
}
