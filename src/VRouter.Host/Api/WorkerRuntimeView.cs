namespace VRouter.Host.Api;

/// <summary>The memory of one worker, and how its stages run.</summary>
/// <param name="Worker">Its name, as its thread's.</param>
/// <param name="Frames">Its buffers.</param>
/// <param name="FramesInUse">Those that hold a frame just now.</param>
/// <param name="Stages">How often each stage ran.</param>
public sealed record WorkerRuntimeView(string Worker, int Frames, int FramesInUse, IReadOnlyList<StageView> Stages);
