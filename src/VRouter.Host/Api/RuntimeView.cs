namespace VRouter.Host.Api;

/// <summary>The process, its memory, and how its stages run.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Version">The program's version.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="UptimeSeconds">Since the router was ready.</param>
/// <param name="MemoryBytes">Physical memory of the process.</param>
/// <param name="Frames">Buffers of all workers.</param>
/// <param name="FramesInUse">Buffers that hold a frame just now.</param>
/// <param name="FrameCapacity">The longest frame that a buffer holds, in bytes.</param>
/// <param name="Stages">How often each stage ran, over all workers.</param>
/// <param name="Workers">The same for each worker.</param>
public sealed record RuntimeView(
    string Node,
    string Version,
    int ProcessId,
    double UptimeSeconds,
    long MemoryBytes,
    int Frames,
    int FramesInUse,
    int FrameCapacity,
    IReadOnlyList<StageView> Stages,
    IReadOnlyList<WorkerRuntimeView> Workers)
{
    /// <summary>Garbage collections of the process.</summary>
    public required CollectionsView Collections { get; init; }

    /// <summary>What is recorded; null: nothing.</summary>
    public RecordingView? Recording { get; init; }
}
