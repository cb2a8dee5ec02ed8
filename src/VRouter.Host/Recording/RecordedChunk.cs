namespace VRouter.Host.Recording;

/// <summary>A sealed piece of a recording.</summary>
/// <param name="Stream">The worker that it is of, or <see cref="RecordingBlock.ControlStream"/>.</param>
/// <param name="Offset">The file's byte at which it begins.</param>
/// <param name="Blocks">Its blocks. Valid until the next one is read.</param>
internal readonly record struct RecordedChunk(int Stream, long Offset, ReadOnlyMemory<byte> Blocks);
