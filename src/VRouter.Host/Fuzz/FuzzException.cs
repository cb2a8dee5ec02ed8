namespace VRouter.Host.Fuzz;

/// <summary>Fuzzing cannot begin; the message is for the person who asked for it.</summary>
internal sealed class FuzzException(string message) : Exception(message);
