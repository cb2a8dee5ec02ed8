namespace VRouter.Host.Recording;

/// <summary>A recording cannot be made, or a file cannot be replayed. The message is for a person.</summary>
internal sealed class RecordingException(string message) : Exception(message);
