namespace VRouter.Host.Replay;

/// <summary>A replay cannot begin or go on; the message is for the person who asked for it.</summary>
public sealed class ReplayException(string message) : Exception(message);
