namespace VRouter.Host.Recording;

/// <summary>Why a recording ends.</summary>
/// <param name="IsComplete">True: the router ended. False: it went on.</param>
/// <param name="Reason">For a person.</param>
internal sealed record RecordingEnd(bool IsComplete, string Reason);
