namespace VRouter.Host.Recording;

/// <summary>One pass of a worker.</summary>
/// <param name="Number">Its number among the recorded passes of the worker, from 1.</param>
/// <param name="Now">The time, nanoseconds of the workers' clock.</param>
/// <param name="Steps">What happened, in order.</param>
/// <param name="Digest">Of all that the worker had given to its ports by the pass's end.</param>
internal sealed record RecordedPass(long Number, long Now, IReadOnlyList<PassStep> Steps, ulong Digest);
