namespace VRouter.Host.Daemon.Guard;

/// <summary>The guard cannot be read, set or removed; the message says why and what to do.</summary>
public sealed class GuardException : Exception
{
    /// <summary>With a message for an operator.</summary>
    public GuardException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for an operator, and the cause.</summary>
    public GuardException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
