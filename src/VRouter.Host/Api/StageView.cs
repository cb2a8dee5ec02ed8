namespace VRouter.Host.Api;

/// <summary>How often a stage ran.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Calls">Calls, each with one vector.</param>
/// <param name="Frames">Frames over all calls.</param>
/// <param name="FramesPerCall">Their mean; the higher, the less a frame costs.</param>
public sealed record StageView(string Name, long Calls, long Frames, double FramesPerCall);
