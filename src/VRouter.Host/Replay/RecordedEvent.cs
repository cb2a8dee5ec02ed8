using VRouter.Host.Recording;

namespace VRouter.Host.Replay;

/// <summary>Something that a recorded router was given.</summary>
/// <param name="Time">Nanoseconds of the workers' clock.</param>
/// <param name="Change">The number of a change of tables; 0: a frame.</param>
/// <param name="Port">The index of the port that received the frame.</param>
/// <param name="Frame">The frame, or null.</param>
internal readonly record struct RecordedEvent(long Time, long Change, int Port, RecordedFrame? Frame);
