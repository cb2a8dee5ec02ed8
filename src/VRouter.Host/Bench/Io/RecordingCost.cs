namespace VRouter.Host.Bench.Io;

/// <summary>What a router's recording was, and what it took beside the worker's own time.</summary>
/// <param name="Bytes">Bytes in the file at the end.</param>
/// <param name="Frames">Received frames in it.</param>
/// <param name="WriterNanosecondsPerFrame">Time of the thread that writes the file, for each frame that arrived while the worker's time was measured: median of the rounds.</param>
/// <param name="WorkerRatio">The recording worker's time for a frame by that of the one that does not record: median of the rounds, each of which has both.</param>
/// <param name="Failure">Why it ended before the measurements did, so that the figures are in part those of a router that does not record; null: it did not.</param>
internal sealed record RecordingCost(long Bytes, long Frames, double? WriterNanosecondsPerFrame, double? WorkerRatio, string? Failure);
