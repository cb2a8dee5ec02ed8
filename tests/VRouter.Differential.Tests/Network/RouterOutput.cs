using VRouter.Core.Graph;

namespace VRouter.Differential.Tests.Network;

/// <summary>What our router did with the frames of a case.</summary>
/// <param name="Frames">What it sent, in order for each port.</param>
/// <param name="Drops">Why frames were discarded.</param>
internal sealed record RouterOutput(IReadOnlyList<PortFrame> Frames, IReadOnlyList<DropReason> Drops);
