using VRouter.Core.Graph;

namespace VRouter.Host.Recording;

/// <summary>What a port did with a vector.</summary>
/// <param name="Port">The port's index.</param>
/// <param name="Count">Number of frames.</param>
/// <param name="Available">Frames free in the pool afterwards.</param>
/// <param name="Others">The verdicts of frames that it did not simply send, by their places.</param>
internal sealed record RecordedTransmission(int Port, int Count, FreeFrames Available, IReadOnlyList<(int Index, Verdict Verdict)> Others);
