namespace VRouter.Host.Api;

/// <summary>The recording that a router makes of itself.</summary>
/// <param name="File">Where.</param>
/// <param name="Bytes">Bytes in the file.</param>
/// <param name="Frames">Received frames that were written down.</param>
/// <param name="IsRunning">False: it has ended, and the router goes on without.</param>
/// <param name="Failure">Why it has ended.</param>
public sealed record RecordingView(string File, long Bytes, long Frames, bool IsRunning, string? Failure);
