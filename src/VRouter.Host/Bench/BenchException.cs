namespace VRouter.Host.Bench;

/// <summary>A benchmark cannot run; the message is for the person who asked for it.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="isHostError">The host is the cause; false: what was asked for.</param>
internal sealed class BenchException(string message, bool isHostError = false) : Exception(message)
{
    /// <summary>True if the host is the cause, false if it is what was asked for.</summary>
    public bool IsHostError { get; } = isHostError;
}
