namespace VRouter.Host.Api;

/// <summary>A router cannot be asked; the message is for the person who asked.</summary>
public sealed class ControlException : Exception
{
    /// <summary>With a message.</summary>
    public ControlException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public ControlException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
